import { defineStore } from 'pinia'
import { computed, nextTick, shallowRef, watch } from 'vue'
import { asArchitecture } from '../../contract/architecture-schema'
import type { Returns } from '../../contract/messages'
import { optionsOf } from '../../contract/search-schema'
import { workloadTitle } from '../../contract/llm-shape'
import type { Design, Project } from '../../contract/project-file'
import { bestMixShare, mixVertices, type MixMember, type MixPoint } from '../../core/analysis/mix-mesa'
import { budgetOf, mesaVertices, type AreaBudget, type MesaCurve } from '../../core/analysis/performance-mesa'
import { readDesign, type DesignFigures } from '../../core/analysis/read-design'
import type { Fault } from '../../core/support/result'
import { useClient } from '../client/use-client'
import { useProjectStore } from './project-store'
import { useSearchStore } from './search-store'

type Found = Returns<'search.start'>

/** A design with what was found for it. */
export interface DesignResult extends DesignFigures {
  readonly design: Design
  readonly workloadName: string
  readonly mesa: MesaCurve
}

/** Several workloads on one chip, with weights. */
export interface Mix {
  readonly designs: readonly Design[]
  readonly members: readonly MixMember[]
  readonly budget: AreaBudget
  readonly curve: MesaCurve
  readonly best: MixPoint | null
}

/** What a search of a design depends on; designs with the same key share a search. */
const keyOf = (design: Pick<Design, 'workload' | 'search' | 'fusion'>): string =>
  JSON.stringify([design.workload.text, optionsOf(design)])

/** Pinned states of the project, in the user's order, and the result of each. */
export const useDesignsStore = defineStore('designs', () => {
  const client = useClient()
  const document_ = useProjectStore()
  const main = useSearchStore()
  const found = shallowRef<ReadonlyMap<string, Found>>(new Map())
  const failed = shallowRef<ReadonlyMap<string, readonly Fault[]>>(new Map())
  let searching = false

  const designs = computed(() => document_.project?.designs ?? [])

  /** Resolves when no search of the document runs or is due. */
  const documentSearched = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = watch(
        () => main.busy,
        (busy) => {
          if (busy) return
          resolve()
          void nextTick(() => stop())
        },
        { immediate: true },
      )
    })

  /** Searches designs without a result, one after the other, after the document's own search. */
  async function catchUp(): Promise<void> {
    if (searching) return
    searching = true
    for (;;) {
      await documentSearched()
      const next = designs.value.find(
        (design) => !found.value.has(keyOf(design)) && !failed.value.has(keyOf(design)),
      )
      if (next === undefined) break
      const reply = await client.call('search.start', {
        searchId: `design-${next.id}`,
        slot: 'designs',
        workloadText: next.workload.text,
        options: optionsOf(next),
      })
      if (reply.ok) found.value = new Map(found.value).set(keyOf(next), reply.value)
      else failed.value = new Map(failed.value).set(keyOf(next), reply.error)
    }
    searching = false
  }
  watch(designs, () => void catchUp(), { immediate: true })

  const results = computed((): readonly DesignResult[] =>
    designs.value.flatMap((design) => {
      const search = found.value.get(keyOf(design))
      return search === undefined ? [] : [resultOf(design, search)]
    }),
  )

  /** Designs that are in the mix and have been searched. */
  const mixed = computed(() => results.value.filter(({ design }) => design.weight > 0))
  const budget = computed(() => {
    const architecture = document_.project?.architecture
    return architecture ? budgetOf(asArchitecture(architecture)) : null
  })
  /** The mix of workloads on the current die: its mesa and its best share; null while no design is in it. */
  const mix = computed((): Mix | null => {
    if (mixed.value.length === 0 || budget.value === null) return null
    const members = mixed.value.map(({ design: { weight }, slope }) => ({ weight, slope }))
    return {
      designs: mixed.value.map(({ design }) => design),
      members,
      budget: budget.value,
      curve: mixVertices(members, budget.value),
      best: bestMixShare(members, budget.value),
    }
  })

  /** Why a design has no result. */
  const faultOf = (design: Design): Fault | undefined => failed.value.get(keyOf(design))?.[0]

  const change = (next: readonly Design[]): void => {
    document_.edit('designs', { designs: [...next] })
    document_.settle()
  }
  const fresh = (): string =>
    `d${1 + Math.max(0, ...designs.value.map(({ id }) => Number(id.slice(1)) || 0))}`

  /** Pins the project's current state as a design. */
  function pin(): void {
    const project = document_.project
    if (project === null) return
    const { workload, architecture, bufferShare, search, fusion } = project
    const id = fresh()
    const name = `Design ${id.slice(1)}`
    change([...designs.value, { id, name, workload, architecture, bufferShare, search, fusion, weight: 0 }])
  }
  /** Makes a design the project's current state. */
  function open({ workload, architecture, bufferShare, search, fusion }: Design): void {
    document_.edit('open-design', {
      workload,
      architecture,
      bufferShare,
      search,
      fusion,
    } satisfies Partial<Project>)
    document_.settle()
  }
  function duplicate(design: Design): void {
    const at = designs.value.indexOf(design)
    change(designs.value.toSpliced(at + 1, 0, { ...design, id: fresh(), name: `${design.name} copy` }))
  }
  const rename = (design: Design, name: string): void =>
    change(
      designs.value.map((other) =>
        other === design ? { ...design, name: name.trim() || design.name } : other,
      ),
    )
  function weigh(design: Design, weight: number): void {
    change(designs.value.map((other) => (other === design ? { ...design, weight } : other)))
  }
  const remove = (design: Design): void => change(designs.value.filter((other) => other !== design))
  function move(design: Design, by: -1 | 1): void {
    const at = designs.value.indexOf(design)
    const to = at + by
    if (to < 0 || to >= designs.value.length) return
    change(designs.value.toSpliced(at, 1).toSpliced(to, 0, design))
  }

  return { designs, results, mix, weigh, faultOf, pin, open, duplicate, rename, remove, move }
})

function resultOf(design: Design, found: Found): DesignResult {
  const figures = readDesign({
    exploration: found,
    architecture: asArchitecture(design.architecture),
    strategy: design.fusion.strategy,
    bufferShare: design.bufferShare,
  })
  return {
    ...figures,
    design,
    workloadName: workloadTitle(found.workload, design.workload.text),
    mesa: mesaVertices(figures.slope, figures.budget),
  }
}
