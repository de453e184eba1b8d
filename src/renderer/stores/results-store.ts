import { defineStore } from 'pinia'
import { computed } from 'vue'
import { asArchitecture } from '../../contract/architecture-schema'
import { bestShare, budgetOf, mesaAt, mesaVertices } from '../../core/analysis/performance-mesa'
import { readBound, type Slope } from '../../core/analysis/reading'
import { pointIndexAt } from '../../core/front/staircase'
import { curveOf, segmentsAt, slopeOf, strategiesOf } from '../../core/mappers/chain-fusion/read-fusion'
import type { Strategy } from '../../core/mappers/chain-fusion/strategy'
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

  const fusion = computed(() => search.found?.fusion ?? null)
  /** Strategies that the cascade on show can be run by; unfused alone where nothing fuses or one Einsum is looked at. */
  const strategies = computed((): readonly Strategy[] => {
    const bound = fusion.value
    return bound === null || view.einsum !== null ? ['unfused'] : strategiesOf(bound)
  })
  const wanted = computed(() => document_.project?.fusion.strategy ?? 'unfused')
  /** The strategy that charts and share speak of. */
  const strategy = computed((): Strategy =>
    strategies.value.includes(wanted.value) ? wanted.value : 'unfused',
  )

  /** The curve on show: the whole cascade's under the strategy, or one Einsum's. */
  const slope = computed((): Slope | null => {
    return search.found === null ? null : curveOf(search.found, strategy.value, view.einsum)
  })
  /** The other strategies' curves. */
  const overlays = computed(() =>
    strategies.value
      .filter((other) => other !== strategy.value)
      .map((other) => ({ strategy: other, curve: fusion.value!.strategies[other] })),
  )
  /** Every strategy on this die, with its best share. */
  const comparison = computed(() => {
    const bound = fusion.value
    const area = budget.value
    if (bound === null || area === null || strategies.value.length < 2) return []
    return strategies.value.map((one) => {
      const curve = slopeOf(bound, one)
      const found = bestShare(curve, area)
      return {
        strategy: one,
        slope: curve,
        mesa: mesaVertices(curve, area),
        best: found.ok ? found.value : null,
      }
    })
  })
  const reading = computed(() =>
    slope.value && slope.value.bufferBytes.length > 0 ? readBound(slope.value) : null,
  )
  const curve = computed(() => (slope.value && budget.value ? mesaVertices(slope.value, budget.value) : null))
  const bestResult = computed(() =>
    slope.value && budget.value ? bestShare(slope.value, budget.value) : null,
  )
  const best = computed(() => (bestResult.value?.ok ? bestResult.value.value : null))
  const share = computed(() => document_.project?.bufferShare ?? best.value?.share ?? 0.5)
  const current = computed(() =>
    slope.value && budget.value
      ? document_.project?.bufferShare === null && best.value
        ? best.value
        : mesaAt(slope.value, budget.value, share.value)
      : null,
  )

  /** Buffer size that the inspector speaks of: under the cursor, or the design's own. */
  const inspectedBytes = computed(() => view.cursorBytes ?? current.value?.buffer ?? 0)
  /** What runs together at that size; empty where nothing can be fused. */
  const segments = computed(() =>
    fusion.value === null || view.einsum !== null
      ? []
      : segmentsAt(fusion.value, strategy.value, inspectedBytes.value),
  )
  const inspectedPoint = computed(() => (slope.value ? pointIndexAt(slope.value, inspectedBytes.value) : -1))

  return {
    architecture,
    budget,
    fusion,
    strategies,
    strategy,
    overlays,
    comparison,
    segments,
    slope,
    reading,
    curve,
    bestResult,
    best,
    share,
    current,
    inspectedBytes,
    inspectedPoint,
  }
})
