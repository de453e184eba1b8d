import { computed } from 'vue'
import type { BufferMark } from '../../charts/marks'
import { strategyLook, type Overlay } from '../../charts/overlays'
import { darkTheme, lightTheme } from '../../charts/theme'
import { formatBytes } from '../../core/units/format'
import { useFilesStore } from '../stores/files-store'
import { useProjectStore } from '../stores/project-store'
import { useResultsStore } from '../stores/results-store'
import { useSearchStore } from '../stores/search-store'
import { useViewStore } from '../stores/view-store'

/** What all three charts have in common. */
export function useChartContext() {
  const files = useFilesStore()
  const document_ = useProjectStore()
  const results = useResultsStore()
  const search = useSearchStore()
  const view = useViewStore()

  const theme = computed(() => (view.theme === 'dark' ? darkTheme : lightTheme))
  const marks = computed((): readonly BufferMark[] => {
    const levels = document_.project?.architecture.levels ?? []
    const overlays = document_.project?.overlays ?? []
    const chips = files.presets?.chips.filter(({ id, sram }) => overlays.includes(id) && sram !== null) ?? []
    return [
      ...levels.map(({ name, capacity }): BufferMark => ({
        label: `${name} ${formatBytes(capacity, 3)}`,
        bufferBytes: capacity,
        kind: 'level',
      })),
      ...chips.map(({ name, sram }): BufferMark => ({ label: name, bufferBytes: sram!, kind: 'chip' })),
    ]
  })
  const look = computed(() => strategyLook(results.strategy, theme.value))
  /** Curves beside the one on show: the other strategies, or the pinned designs. */
  const overlays = computed((): readonly Overlay[] => {
    const macs = results.slope?.macs
    return macs === undefined
      ? []
      : results.overlays.map(({ strategy, curve }) => ({
          look: strategyLook(strategy, theme.value),
          curve,
          macs,
        }))
  })
  const empty = computed(() =>
    search.faults.length > 0
      ? 'Mend the workload on the left; the charts come back with the next valid text.'
      : 'Searching the mapspace.',
  )

  /** Moves the pinned cursor from one Pareto point to the next. */
  function step(direction: -1 | 1): void {
    const slope = results.slope
    if (slope === null) return
    const next = Math.min(slope.bufferBytes.length - 1, Math.max(0, results.inspectedPoint + direction))
    view.pin(slope.bufferBytes[next]!)
  }

  return { document_, results, search, view, theme, marks, look, overlays, empty, step }
}
