import { computed, shallowRef, watch } from 'vue'
import { CANCELLED, SUPERSEDED } from '../../contract/messages'
import { optionsOf } from '../../contract/search-schema'
import { curveOf, viewOf } from '../../core/explore/read'
import { trafficAt } from '../../core/front/read'
import type { Exploration } from '../../core/mappers/mapper'
import { formatNumber } from '../../core/units/format'
import { useClient } from '../client/use-client'
import { useProjectStore } from '../stores/project-store'
import { useResultsStore } from '../stores/results-store'
import { useSearchStore } from '../stores/search-store'
import { useSettingsStore } from '../stores/settings-store'

/**
 * What keeping an intermediate in the buffer would cost: the cascade is searched again over the trees that never write
 * it, when asked, and both curves are compared at the size that is looked at.
 */
export function useKeeping() {
  const client = useClient()
  const document_ = useProjectStore()
  const results = useResultsStore()
  const search = useSearchStore()
  const settings = useSettingsStore()
  const kept = shallowRef<ReadonlyMap<string, Exploration | string>>(new Map())
  const searching = shallowRef<string | null>(null)
  watch(
    () => results.exploration,
    () => (kept.value = new Map()),
  )

  async function ask(tensor: string): Promise<void> {
    const project = document_.project
    if (project === null || kept.value.has(tensor)) return
    searching.value = tensor
    const exploration = results.exploration
    const reply = await client.call('search.start', {
      searchId: `keep-${tensor}-${Date.now()}`,
      slot: 'keep',
      workloadText: project.workload.text,
      options: { ...optionsOf(project), fuse: 'always', keep: [tensor] },
    })
    if (searching.value === tensor) searching.value = null
    // A question that another one replaced may be asked again.
    const isStopped = !reply.ok && [SUPERSEDED, CANCELLED].includes(reply.error[0]!.code)
    if (exploration === results.exploration && !isStopped)
      kept.value = new Map(kept.value).set(tensor, reply.ok ? reply.value : reply.error[0]!.message)
  }

  const answer = (tensor: string): string | null => {
    const found = kept.value.get(tensor)
    if (found === undefined || results.slope === null) return null
    if (typeof found === 'string') return found
    const curve = found.curves.find(({ strategy }) => strategy === 'fused')
    if (curve === undefined) return 'No loop tree keeps it, at any size.'
    const { units } = settings
    const buffer = results.inspectedBytes
    if (buffer < curve.bufferBytes[0]!)
      return `Nothing that keeps it fits: the least that does needs ${units.data(curve.bufferBytes[0]!)}.`
    const [with_, now] = [trafficAt(curve, buffer), trafficAt(curveOf(results.exploration!, 'fused'), buffer)]
    return `Kept, the cascade moves ${units.data(with_, 4)} instead of ${units.data(now, 4)} (${formatNumber(with_ / now, 3)}x): what it occupies is missed elsewhere.`
  }

  /** Intermediates that the tree at this size writes out. */
  const written = computed(() => {
    const found = search.found
    const buffer = results.inspectedBytes
    if (results.strategy !== 'fused' || found === null) return []
    const moved = new Set(
      results.segments
        .filter((segment) => segment.buffer <= buffer)
        .flatMap((segment) => viewOf(found.exploration, found.workload, segment, buffer).tensors)
        .flatMap(({ tensor, traffic }) => (traffic > 0 ? [tensor] : [])),
    )
    return found.workload.tensors.flatMap(({ name, role }) =>
      role === 'intermediate' && moved.has(name) ? [name] : [],
    )
  })
  return { written, searching, ask, answer }
}
