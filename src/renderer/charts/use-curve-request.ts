import { computed } from 'vue'
import { optionsOf } from '../../contract/search-schema'
import type { CurveRequest } from '../../contract/tradeoff-schema'
import { useProjectStore } from '../stores/project-store'
import { useResultsStore } from '../stores/results-store'
import { useSearchStore } from '../stores/search-store'
import { useViewStore } from '../stores/view-store'

/** The request for the curve on show; null while the workload's text has errors. */
export function useCurveRequest() {
  const document_ = useProjectStore()
  const results = useResultsStore()
  const search = useSearchStore()
  const view = useViewStore()

  const text = computed(() => document_.project?.workload.text)
  const searchOptions = computed(() => document_.project?.search)
  const fusion = computed(() => document_.project?.fusion)
  return computed((): CurveRequest | null => {
    if (text.value === undefined || !searchOptions.value || !fusion.value || !search.parsed?.ok) return null
    const options = optionsOf({ search: searchOptions.value, fusion: fusion.value })
    return {
      workloadText: text.value,
      // Einsums that run each by themselves need no search of the cascade.
      options: results.strategy === 'unfused' ? { ...options, fuse: 'never' } : options,
      strategy: results.strategy,
      einsum: view.einsum,
    }
  })
}
