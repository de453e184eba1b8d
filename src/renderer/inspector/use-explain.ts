import type { Design } from '../../contract/project-file'
import type { DesignResult } from '../stores/designs-store'
import { parseWorkloadText } from '../../contract/workload-file'
import { asArchitecture } from '../../contract/architecture-schema'
import type { DesignContext, Explanation } from '../../core/report/explain/explanation'
import { tensorTraffic } from '../../core/analysis/tensor-traffic'
import { useResultsStore } from '../stores/results-store'
import { useSearchStore } from '../stores/search-store'
import { useSettingsStore } from '../stores/settings-store'
import { useViewStore } from '../stores/view-store'

/** Explanations of the figures on show, made when asked for. */
export function useExplain() {
  const results = useResultsStore()
  const search = useSearchStore()
  const view = useViewStore()
  const settings = useSettingsStore()

  const context = (): DesignContext | null =>
    search.found && results.slope && results.architecture && results.current
      ? {
          workload: search.found.workload,
          slope: results.slope,
          strategy: results.strategy,
          architecture: asArchitecture(results.architecture),
          point: results.current,
          units: settings.units,
        }
      : null
  /** An explanation, made when called. */
  const why =
    <A extends readonly unknown[]>(
      explain: (context: DesignContext, ...args: A) => Explanation,
      ...args: A
    ) =>
    (): Explanation | null => {
      const found = context()
      return found === null ? null : explain(found, ...args)
    }
  /** An explanation of a figure of a pinned design, without a link to its mapping. */
  const whyOf =
    (
      {
        design,
        slope,
        current,
      }: Pick<DesignResult, 'slope' | 'current'> & {
        readonly design: Pick<Design, 'workload' | 'fusion' | 'architecture'>
      },
      explain: (context: DesignContext) => Explanation,
    ) =>
    (): Explanation | null => {
      const workload = parseWorkloadText(design.workload.text)
      if (!workload.ok) return null
      const { fusion, architecture } = design
      return {
        ...explain({
          workload: workload.value,
          slope,
          strategy: fusion.strategy,
          architecture: asArchitecture(architecture),
          point: current,
          units: settings.units,
        }),
        attainedAt: null,
      }
    }
  /** Traffic of each tensor at a buffer size, most first. */
  function tensorsAt(buffer: number): readonly (readonly [string, number])[] {
    if (search.found === null) return []
    const { bufferBytes, tensors } = tensorTraffic(
      search.found.workload,
      search.found.exploration,
      results.strategy,
      view.einsum,
      Float64Array.of(buffer),
    )
    return tensors
      .map(({ name, trafficBytes }) => [name, trafficBytes[bufferBytes.length - 1]!] as const)
      .filter(([, bytes]) => bytes > 0)
      .sort((a, b) => b[1] - a[1])
  }
  return { why, whyOf, tensorsAt }
}
