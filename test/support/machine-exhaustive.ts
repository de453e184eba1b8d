import type { Rules } from '../../src/core/machine/counting/counts'
import { evaluate, type Evaluation } from '../../src/core/machine/evaluate'
import { readMapping, type MappingItem, type Nest } from '../../src/core/machine/mapping'
import type { MachineProblem } from '../../src/core/machine/problem'
import type { Constraints } from '../../src/core/machine/search/constraints'
import type { Order } from '../../src/core/machine/search/skeletons'

/*
 * Every mapping of a small problem, one after the other: any set of holders, any order of holders and temporal loops, any
 * factors; spatial loops innermost, but anywhere over ranks of windows: elsewhere their place does not matter.
 */

/** The mappings as lists, or null if there are more than `most`. */
export function everyMapping(
  problem: MachineProblem,
  order: Order,
  most: number,
  factors: 'perfect' | 'imperfect' = 'perfect',
): MappingItem[][] | null {
  const { ranks, tensors, memories, dims } = problem
  const found: MappingItem[][] = []
  const items: MappingItem[] = tensors.map(({ name }) => ({ keep: name, in: memories[0]!.name }))
  const extents = ranks.map(({ size }) => size)
  const last = tensors.map(() => 0)
  let isTooMany = false
  const tilesOf = (extent: number) =>
    Array.from({ length: extent - 1 }, (_, i) => i + 1).filter((tile) =>
      factors === 'perfect'
        ? extent % tile === 0
        : // The least tile of its count.
          tile === 1 || Math.ceil(extent / (tile - 1)) > Math.ceil(extent / tile),
    )
  /** Spatial loops take what is left. */
  const spread = (dim: number) => {
    if (dim === dims.length) {
      if (extents.some((extent) => extent > 1) || isTooMany) return
      if (found.length === most) isTooMany = true
      else found.push([...items])
      return
    }
    const along = (rank: number) => {
      if (rank === ranks.length) return spread(dim + 1)
      along(rank + 1)
      const extent = extents[rank]!
      for (const tile of tilesOf(extent)) {
        extents[rank] = tile
        items.push({ loop: ranks[rank]!.name, tile, at: [dims[dim]!.array.name, dims[dim]!.name] })
        along(rank + 1)
        items.pop()
      }
      extents[rank] = extent
    }
    along(0)
  }
  const extend = (deepest: number, before: ReadonlySet<number>) => {
    if (isTooMany) return
    spread(0)
    for (const [t, { name }] of tensors.entries())
      for (const [m, memory] of memories.entries()) {
        if (m <= last[t]! || !memory.allowed[t] || (order === 'listed' && m < deepest)) continue
        const held = last[t]!
        last[t] = m
        items.push({ keep: name, in: memory.name })
        extend(Math.max(deepest, m), new Set())
        items.pop()
        last[t] = held
      }
    for (const [r, { name }] of ranks.entries()) {
      if (tensors.some(({ indexes, alone }) => indexes[r] && !alone[r])) {
        const extent = extents[r]!
        for (const { array, name: dim } of dims)
          for (const tile of tilesOf(extent)) {
            extents[r] = tile
            items.push({ loop: name, tile, at: [array.name, dim] })
            extend(deepest, before)
            items.pop()
          }
        extents[r] = extent
      }
      // Between two holders, one loop over a rank says as much as several.
      if (before.has(r)) continue
      const extent = extents[r]!
      for (const tile of tilesOf(extent)) {
        extents[r] = tile
        items.push({ loop: name, tile })
        extend(deepest, new Set([...before, r]))
        items.pop()
      }
      extents[r] = extent
    }
  }
  extend(0, new Set())
  return isTooMany ? null : found
}

export interface Tried {
  readonly nest: Nest
  readonly evaluation: Evaluation
}

/** Every valid mapping that meets the constraints, evaluated. */
export function everyEvaluation(
  problem: MachineProblem,
  mappings: readonly (readonly MappingItem[])[],
  rules: Rules,
  constraints: Constraints,
  factors: 'perfect' | 'imperfect' = 'perfect',
): Tried[] {
  return mappings.flatMap((items) => {
    const nest = readMapping(problem, items, factors)
    if (!nest.ok || !meets(nest.value, constraints)) return []
    const evaluation = evaluate(nest.value, rules)
    return evaluation.violations.length === 0 ? [{ nest: nest.value, evaluation }] : []
  })
}

function meets({ chains, loops }: Nest, { holders, notAbove, spatial }: Constraints): boolean {
  return (
    holders.every(
      (fixed, t) =>
        fixed === null ||
        fixed.join() ===
          chains[t]!.slice(1)
            .map(({ memory }) => memory)
            .join(),
    ) &&
    notAbove.every(({ rank, tensor, memory }) => {
      const holder = chains[tensor]!.find((one) => one.memory === memory)
      return (
        holder === undefined ||
        !loops.slice(0, holder.position).some((loop) => loop.dim < 0 && loop.rank === rank)
      )
    }) &&
    spatial.every(
      ({ rank, dim, count }) =>
        count ===
        loops.reduce(
          (product, loop) => (loop.rank === rank && loop.dim === dim ? product * loop.count : product),
          1,
        ),
    )
  )
}
