import { defineStore } from 'pinia'
import { computed } from 'vue'
import { asArchitecture } from '../../contract/architecture-schema'
import { bestShare, budgetOf, mesaAt, mesaVertices } from '../../core/bound/performance-mesa'
import { readBound, type Slope } from '../../core/bound/reading'
import { pointIndexAt } from '../../core/bound/staircase'
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

  /** The curve on show: the whole cascade's, or one Einsum's. */
  const slope = computed((): Slope | null => {
    const found = search.found
    if (found === null) return null
    return found.bound.members.find(({ einsum }) => einsum === view.einsum) ?? found.bound
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
  const inspectedPoint = computed(() => (slope.value ? pointIndexAt(slope.value, inspectedBytes.value) : -1))

  return {
    architecture,
    budget,
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
