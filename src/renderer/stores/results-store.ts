import { floorsOf } from '../../core/analysis/floor/floor-curve'
import type { Slope } from '../../core/front/columns'
import { pointIndexAt } from '../../core/front/read'
import { aloneAt } from '../../core/mappers/each-einsum/alone'
import type { Segment } from '../../core/mappers/mapper'
import type { Strategy } from '../../core/mappers/strategy'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { asArchitecture } from '../../contract/architecture-schema'
import { budgetOf, mesaVertices } from '../../core/analysis/performance-mesa'
import { plateausOf } from '../../core/analysis/plateau'
import { bestOn, pointInForce } from '../../core/analysis/read-design'
import { readBound } from '../../core/analysis/reading'

import { curveOf, fusesAnything, segmentsAt, strategiesOf, strategyOf } from '../../core/explore/read'

import { useProjectStore } from './project-store'
import { useSearchStore } from './search-store'
import { useViewStore } from './view-store'

/** Everything that is read off the bound and the architecture; recomputed only when what it depends on changes. */
export const useResultsStore = defineStore('results', () => {
  const document_ = useProjectStore()
  const search = useSearchStore()
  const view = useViewStore()

  const architecture = computed(() => document_.project?.architecture ?? null)
  const budget = computed(() => (architecture.value ? budgetOf(asArchitecture(architecture.value)) : null))

  const exploration = computed(() => search.found?.exploration ?? null)
  /** Whether the cascade on show can be fused at all. */
  const fuses = computed(() => exploration.value !== null && fusesAnything(exploration.value))
  /** Strategies that the cascade on show can be run by; unfused alone where nothing fuses or one Einsum is looked at. */
  const strategies = computed((): readonly Strategy[] =>
    exploration.value === null || view.einsum !== null ? ['unfused'] : strategiesOf(exploration.value),
  )
  /** The strategy that charts and share speak of. */
  const strategy = computed((): Strategy => {
    const wanted = document_.project?.fusion.strategy ?? 'unfused'
    return exploration.value === null || view.einsum !== null
      ? 'unfused'
      : strategyOf(exploration.value, wanted)
  })

  /** The curve on show: the whole cascade's under the strategy, or one Einsum's. */
  const slope = computed((): Slope | null =>
    exploration.value === null ? null : curveOf(exploration.value, strategy.value, view.einsum),
  )
  /** What no schedule goes below: under the curve on show, and under those beside it. */
  const floors = computed(() =>
    search.found === null ? null : floorsOf(search.found, strategy.value, view.einsum),
  )
  /** The other strategies' curves. */
  const overlays = computed(() =>
    strategies.value
      .filter((other) => other !== strategy.value)
      .map((other) => ({ strategy: other, curve: curveOf(exploration.value!, other) })),
  )
  /** Every strategy on this die, with its best share. */
  const comparison = computed(() => {
    const area = budget.value
    if (exploration.value === null || area === null || strategies.value.length < 2) return []
    return exploration.value.curves.map((curve) => ({
      strategy: curve.strategy,
      slope: curve as Slope,
      mesa: mesaVertices(curve, area),
      best: bestOn(curve, area).best,
    }))
  })
  const reading = computed(() =>
    slope.value && slope.value.bufferBytes.length > 0 ? readBound(slope.value) : null,
  )
  const curve = computed(() => (slope.value && budget.value ? mesaVertices(slope.value, budget.value) : null))
  // A drag changes the share in every frame; the best point stays the same object, so that charts are not drawn again.
  const bestFound = computed(() => (slope.value && budget.value ? bestOn(slope.value, budget.value) : null))
  const best = computed(() => bestFound.value?.best ?? null)
  /** Shares that are as good as the best, and the smallest SRAM at some loss. */
  const plateaus = computed(() =>
    slope.value && budget.value && best.value ? plateausOf(slope.value, budget.value, best.value) : null,
  )
  /** Why no share is best: the die holds no mapping. */
  const unfit = computed(() => bestFound.value?.unfit ?? null)
  /** The point at the share in force. */
  const current = computed(() =>
    slope.value && budget.value
      ? pointInForce(slope.value, budget.value, document_.project?.bufferShare ?? null, best.value)
      : null,
  )
  const share = computed(() => current.value?.share ?? document_.project?.bufferShare ?? 0.5)

  /** Buffer size that the inspector speaks of: under the cursor, or the design's own. */
  const inspectedBytes = computed(() => view.cursorBytes ?? current.value?.buffer ?? 0)
  /** What runs together at that size. */
  const segments = computed((): readonly Segment[] => {
    if (exploration.value === null) return []
    const only = exploration.value.einsums.indexOf(view.einsum ?? '')
    return only < 0
      ? segmentsAt(exploration.value, strategy.value, inspectedBytes.value)
      : [aloneAt(exploration.value.members, only, inspectedBytes.value)]
  })
  const inspectedPoint = computed(() => (slope.value ? pointIndexAt(slope.value, inspectedBytes.value) : -1))

  return {
    architecture,
    budget,
    exploration,
    fuses,
    strategies,
    strategy,
    floors,
    overlays,
    comparison,
    segments,
    slope,
    reading,
    curve,
    best,
    plateaus,
    unfit,
    share,
    current,
    inspectedBytes,
    inspectedPoint,
  }
})
