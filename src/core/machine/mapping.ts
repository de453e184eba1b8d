import { listText } from '../support/list-text'
import { err, ok, type Fault, type Result } from '../support/result'
import type { Factors } from '../model/pieces'
import type { MachineProblem } from './problem'

/** One entry of a mapping, outermost first (docs/model.md, section 10). */
export type MappingItem = KeepItem | LoopItem

/** A tensor is held in a memory from here on. */
export interface KeepItem {
  readonly keep: string
  readonly in: string
}

/** A loop over a rank variable, in tiles; spatial if it runs `at` a dim of an array. */
export interface LoopItem {
  readonly loop: string
  readonly tile: number
  readonly at?: readonly [array: string, dim: string] | undefined
}

/** A loop by positions. */
export interface NestLoop {
  readonly rank: number
  /** Iterations in a full extent; 1 is no loop at all. */
  readonly count: number
  /** Values of the rank variable in one iteration; the last may have fewer. */
  readonly tile: number
  /** The array dim where it runs; -1: it is temporal. */
  readonly dim: number
}

/** A tensor in a memory: the loops from `position` on stand below it. */
export interface Holder {
  readonly tensor: number
  readonly memory: number
  readonly position: number
}

/** A mapping by positions, checked to be one that can be executed and counted. */
export interface Nest {
  readonly problem: MachineProblem
  /** All loops with more than one iteration, outermost first. */
  readonly loops: readonly NestLoop[]
  /** By tensor: its holders, outermost first. */
  readonly chains: readonly (readonly Holder[])[]
  /** Whether every tile divides. */
  readonly isPerfect: boolean
}

/** Whether a loop is inside a holder: a temporal one by its place, a spatial one by its array. */
export const isInside = (nest: Nest, loop: number, holder: Holder): boolean => {
  const { dim } = nest.loops[loop]!
  return dim < 0 ? loop >= holder.position : dim >= nest.problem.memories[holder.memory]!.dimsBefore
}

/**
 * Reads a mapping. Faults are what makes it impossible to execute: names, order of levels, tiles. What the machine
 * forbids but could be counted is told by `violations`.
 */
export function readMapping(
  problem: MachineProblem,
  items: readonly MappingItem[],
  factors: Factors = 'perfect',
): Result<Nest> {
  const reader = new Reader(problem, factors)
  for (const [at, item] of items.entries()) reader.read(item, `mapping[${at}]`)
  return reader.finish()
}

class Reader {
  private readonly faults: Fault[] = []
  private readonly loops: NestLoop[] = []
  private readonly chains: Holder[][]
  private readonly extents: number[]
  private isPerfect = true

  constructor(
    private readonly problem: MachineProblem,
    private readonly factors: Factors,
  ) {
    this.chains = problem.tensors.map(() => [])
    this.extents = problem.ranks.map(({ size }) => size)
  }

  read(item: MappingItem, path: string): void {
    if ('keep' in item) this.readKeep(item, path)
    else this.readLoop(item, path)
  }

  finish(): Result<Nest> {
    const { problem, loops, chains, extents, isPerfect } = this
    for (const [t, { name }] of problem.tensors.entries())
      if (chains[t]!.length === 0)
        this.fault('tensor-unheld', 'mapping', `${name} has no holder`, name, `keep it in ${this.first()}`)
    for (const [r, { name, size }] of problem.ranks.entries())
      if (extents[r] !== 1)
        this.fault(
          'tile-left',
          'mapping',
          `${extents[r]} of the ${size} values of ${name} are left after the last loop over it`,
          name,
          'end with a loop whose tile is 1',
        )
    if (this.faults.length > 0) return err(this.faults)
    const nest = { problem, loops, chains, isPerfect }
    const broken = windowFaults(nest)
    return broken.length > 0 ? err(broken) : ok(nest)
  }

  private readKeep({ keep, in: level }: KeepItem, path: string): void {
    const { tensors, memories } = this.problem
    const tensor = this.named(tensors, keep, `${path}.keep`, 'tensor')
    const memory = this.named(memories, level, `${path}.in`, 'memory')
    if (tensor < 0 || memory < 0) return
    const chain = this.chains[tensor]!
    const last = chain.at(-1)
    if (last === undefined && (memory > 0 || this.loops.length > 0))
      this.fault(
        'first-memory-missing',
        path,
        `${keep} is not held in ${this.first()} before the first loop`,
        level,
        `begin with {keep: ${keep}, in: ${this.first()}}`,
      )
    else if (last !== undefined && last.memory >= memory)
      this.fault(
        last.memory === memory ? 'level-twice' : 'level-order',
        path,
        last.memory === memory
          ? `${keep} is held in ${level} twice`
          : `${keep} is held in ${level} inside ${memories[last.memory]!.name}`,
        level,
        'hold a tensor in each memory once, outer memories first',
      )
    chain.push({ tensor, memory, position: this.loops.length })
  }

  private readLoop({ loop, tile, at }: LoopItem, path: string): void {
    const rank = this.named(this.problem.ranks, loop, `${path}.loop`, 'rank variable')
    const dim = at === undefined ? -1 : this.dimNamed(at, `${path}.at`)
    if (rank < 0 || dim === undefined) return
    const extent = this.extents[rank]!
    if (!Number.isInteger(tile) || tile < 1 || tile > extent)
      return this.fault(
        'tile-out-of-range',
        `${path}.tile`,
        `The tile of ${loop} is not within its extent here`,
        String(tile),
        `write a whole number from 1 to ${extent}`,
      )
    if (extent % tile !== 0) {
      if (this.factors === 'perfect')
        return this.fault(
          'tile-not-dividing',
          `${path}.tile`,
          `The tile does not divide the ${extent} values of ${loop}: ${extent % tile} are left over`,
          String(tile),
          'write a divisor, or allow imperfect factors',
        )
      this.isPerfect = false
    }
    const count = Math.ceil(extent / tile)
    this.extents[rank] = tile
    if (count > 1) this.loops.push({ rank, count, tile, dim })
  }

  private dimNamed([array, name]: readonly [string, string], path: string): number | undefined {
    const { dims } = this.problem
    const found = dims.findIndex((dim) => dim.array.name === array && dim.name === name)
    if (found >= 0) return found
    const all = dims.map((dim) => `[${dim.array.name}, ${dim.name}]`)
    this.fault('unknown-name', path, 'There is no such array dim', `[${array}, ${name}]`, nameOneOf(all))
    return undefined
  }

  private named(all: readonly { readonly name: string }[], name: string, path: string, what: string): number {
    const found = all.findIndex((one) => one.name === name)
    if (found < 0)
      this.fault(
        'unknown-name',
        path,
        `There is no such ${what}`,
        name,
        nameOneOf(all.map((one) => one.name)),
      )
    return found
  }

  private first(): string {
    return this.problem.memories[0]!.name
  }

  private fault(code: string, path: string, message: string, value: string, hint: string): void {
    this.faults.push({ code, path, message, value, hint })
  }
}

const nameOneOf = (names: readonly string[]): string =>
  names.length === 0 ? 'the machine has none' : `name one of ${listText(names)}`

/** A window's tile is an interval: the loops inside a holder are the innermost ones of each variable of the window. */
export function windowFaults(nest: Nest): Fault[] {
  const { problem, chains, loops } = nest
  return chains.flat().flatMap((holder) => {
    const tensor = problem.tensors[holder.tensor]!
    return problem.ranks.flatMap(({ name }, rank) => {
      if (!tensor.indexes[rank] || tensor.alone[rank]) return []
      const inside = loops.flatMap((loop, at) => (loop.rank === rank ? [isInside(nest, at, holder)] : []))
      if (!inside.some((isIn, at) => isIn && inside.slice(at).includes(false))) return []
      return [
        {
          code: 'tile-no-interval',
          path: 'mapping',
          message: `The tile of ${tensor.name} in ${problem.memories[holder.memory]!.name} is no interval of ${name}: a loop over ${name} inside it stands above one outside`,
          value: name,
          hint: `move the inner loop over ${name} below the others`,
        },
      ]
    })
  })
}

/** A nest as the list that a file has. */
export function mappingItems({ problem, loops, chains }: Nest): MappingItem[] {
  const holders = chains.flat().sort((a, b) => a.position - b.position || a.memory - b.memory)
  const items: MappingItem[] = []
  for (let at = 0; at <= loops.length; at++) {
    for (const { tensor, memory } of holders.filter(({ position }) => position === at))
      items.push({ keep: problem.tensors[tensor]!.name, in: problem.memories[memory]!.name })
    const loop = loops[at]
    if (loop === undefined) continue
    const dim = problem.dims[loop.dim]
    items.push({
      loop: problem.ranks[loop.rank]!.name,
      tile: loop.tile,
      ...(dim === undefined ? {} : { at: [dim.array.name, dim.name] as const }),
    })
  }
  return items
}
