import { computed } from 'vue'
import { zoomedRange, type BufferRange } from '../../charts/axes'
import type { BufferMark } from '../../charts/marks'
import type { MesaSource } from '../../charts/readout'
import { designLook, floorLines, mixLook, strategyLook, type Overlay } from '../../charts/overlays'
import { darkTheme, lightTheme } from '../../charts/theme'

import { useDesignsStore } from '../stores/designs-store'
import { useFilesStore } from '../stores/files-store'
import { useProjectStore } from '../stores/project-store'
import { useResultsStore } from '../stores/results-store'
import { useSearchStore } from '../stores/search-store'
import { useViewStore } from '../stores/view-store'
import { bytesOfShare, shareOfBytes } from '../../core/architecture/sram-area'
import { useSettingsStore } from '../stores/settings-store'

/** State that all charts share. */
export function useChartContext() {
  const files = useFilesStore()
  const document_ = useProjectStore()
  const designs = useDesignsStore()
  const results = useResultsStore()
  const search = useSearchStore()
  const view = useViewStore()
  const settings = useSettingsStore()

  const theme = computed(() => ({
    ...(view.theme === 'dark' ? darkTheme : lightTheme),
    units: settings.units,
  }))
  // A drag makes a new project in every frame: charts depend on these parts of it only.
  const levels = computed(() => document_.project?.architecture.levels)
  const chipIds = computed(() => document_.project?.overlays)
  const marks = computed((): readonly BufferMark[] => {
    const chips =
      files.presets?.chips.filter(({ id, sram }) => chipIds.value?.includes(id) && sram !== null) ?? []
    return [
      ...(levels.value ?? []).map(({ name, capacity }): BufferMark => ({
        label: `${name} ${settings.units.memory(capacity, 3)}`,
        bufferBytes: capacity,
        kind: 'level',
      })),
      ...chips.map(({ name, sram }): BufferMark => ({ label: name, bufferBytes: sram!, kind: 'chip' })),
    ]
  })
  const look = computed(() => strategyLook(results.strategy, theme.value))
  const besideDesigns = computed(() => settings.beside === 'designs' && designs.results.length > 0)
  /** The other mesas: strategies on this die, or designs on theirs. */
  const mesas = computed(() => {
    const beside = besideDesigns.value
      ? designs.results.map(({ design, mesa, best }, at) => ({
          look: designLook(design.name, at, theme.value),
          curve: mesa,
          best,
        }))
      : results.comparison
          .filter(({ strategy }) => strategy !== results.strategy)
          .map(({ strategy, mesa, best }) => ({
            look: strategyLook(strategy, theme.value),
            curve: mesa,
            best,
          }))
    const { mix } = designs
    return mix === null
      ? beside
      : [...beside, { look: mixLook(theme.value), curve: mix.curve, best: mix.best }]
  })
  /** All mesas on show, the current state's first, as what they are computed from. */
  const mesaSources = computed((): readonly MesaSource[] => {
    const { slope, budget } = results
    if (slope === null || budget === null) return []
    const beside = besideDesigns.value
      ? designs.results.map((one, at) => ({
          look: designLook(one.design.name, at, theme.value),
          budget: one.budget,
          of: { slope: one.slope },
        }))
      : results.comparison
          .filter(({ strategy }) => strategy !== results.strategy)
          .map((one) => ({ look: strategyLook(one.strategy, theme.value), budget, of: { slope: one.slope } }))
    const { mix } = designs
    return [
      { look: look.value, budget, of: { slope } },
      ...beside,
      ...(mix === null ? [] : [{ look: mixLook(theme.value), budget: mix.budget, of: { mix: mix.members } }]),
    ]
  })
  /** The other curves: strategies or pinned designs. */
  const overlays = computed((): readonly Overlay[] => {
    if (besideDesigns.value)
      return designs.results.map(({ design, slope }, at) => ({
        look: designLook(design.name, at, theme.value),
        curve: slope,
        macs: slope.macs,
      }))
    const macs = results.slope?.macs
    return macs === undefined
      ? []
      : results.overlays.map(({ strategy, curve }) => ({
          look: strategyLook(strategy, theme.value),
          curve,
          macs,
          floor: results.floors!.of(strategy),
        }))
  })
  /** The drawn floors; beside designs, whose workloads may differ, only that of the curve on show. */
  const floors = computed(() =>
    results.floors === null
      ? []
      : floorLines(besideDesigns.value ? { ...results.floors, other: null } : results.floors, theme.value),
  )
  const empty = computed(() =>
    search.faults.length > 0
      ? 'Correct the workload on the left; the charts come back with the next valid text.'
      : 'Searching the mapspace.',
  )

  /** The zoomed part of a range of buffer sizes; all charts show the same part. */
  const zoomed = (whole: BufferRange): BufferRange => zoomedRange(whole, view.zoom)

  /** The shared cursor on an axis of shares. */
  const shareCursor = computed(() =>
    view.cursorBytes === null || results.budget === null
      ? null
      : shareOfBytes(results.budget, view.cursorBytes),
  )
  const hoverShare = (share: number | null): void =>
    view.hover(share === null || results.budget === null ? null : bytesOfShare(results.budget, share))

  /** Moves the pinned cursor from one Pareto point to the next. */
  function step(direction: -1 | 1): void {
    const slope = results.slope
    if (slope === null) return
    const next = Math.min(slope.bufferBytes.length - 1, Math.max(0, results.inspectedPoint + direction))
    view.pin(slope.bufferBytes[next]!)
  }

  return {
    document_,
    results,
    search,
    view,
    theme,
    marks,
    look,
    overlays,
    floors,
    mesas,
    mesaSources,
    empty,
    zoomed,
    shareCursor,
    hoverShare,
    step,
  }
}
