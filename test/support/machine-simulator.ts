import type { Holder, Nest } from '../../src/core/machine/mapping'

/*
 * A machine that runs a mapping element by element, all instances in lockstep through the temporal loops. Holdings are
 * sets of elements; an output's value is its number of contributions. Slow and plain on purpose: small nests only.
 */

export interface SimulatedCounters {
  fills: number
  drains: number
  reads: number
  writes: number
}

export interface SimulatedHolder extends SimulatedCounters {
  tile: number
  instances: number
  busiest: SimulatedCounters
}

export interface Simulated {
  readonly steps: number
  /** By `tensor@memory`. */
  readonly counts: Record<string, SimulatedHolder>
  /** Contributions of each element of the output that reached the first memory. */
  readonly outputs: readonly number[]
  /** By array: elements that enter or leave an instance, once for each instance. */
  readonly links: Record<string, number>
}

/** An index for each loop: of a step for temporal loops, of an instance for spatial ones. */
type Indices = readonly number[]

export function simulate(nest: Nest): Simulated {
  const machine = new Machine(nest)
  nest.problem.tensors.forEach(({ isOutput }, tensor) =>
    isOutput ? machine.runOutput(tensor) : machine.runInput(tensor),
  )
  return {
    steps: machine.steps.length,
    counts: Object.fromEntries(machine.counts),
    outputs: machine.outputs,
    links: Object.fromEntries(machine.links),
  }
}

class Machine {
  readonly steps: Indices[]
  readonly counts = new Map<string, SimulatedHolder>()
  outputs: number[] = []
  readonly links = new Map<string, number>()
  private readonly coordinates: Indices[]

  constructor(private readonly nest: Nest) {
    const { loops } = nest
    const corner = loops.map(() => 0)
    this.steps = this.product((at) => loops[at]!.dim < 0).filter(
      (step) => this.valuesAt(step, corner) !== null,
    )
    this.coordinates = this.product((at) => loops[at]!.dim >= 0)
  }

  runInput(tensor: number): void {
    const chain = this.nest.chains[tensor]!
    chain.forEach((holder) => this.open(holder))
    for (const [at, parent] of chain.entries()) {
      const holder = chain[at + 1]
      let held = new Map<string, Set<string>>()
      for (const tiles of this.tilesOver(tensor, holder)) {
        const requests = new Map<string, { parentKey: string; elements: Set<string> }>()
        const crossed = new Set<string>()
        for (const [instance, tile] of tiles) {
          const before = held.get(instance) ?? new Set()
          const fresh = [...tile].filter((element) => !before.has(element))
          const [key, parentKey] = this.requestOf(tensor, instance, parent, holder)
          const request = requests.get(key) ?? { parentKey, elements: new Set() }
          requests.set(key, request)
          for (const element of fresh) request.elements.add(element)
          this.cross(tensor, instance, parent, holder, fresh, crossed)
          if (holder !== undefined) this.add(holder, instance, 'fills', fresh.length)
        }
        for (const { parentKey, elements } of requests.values())
          this.add(parent, parentKey, 'reads', elements.size)
        // Who is idle drops its tile; the MACs hold nothing.
        held = holder === undefined ? new Map() : tiles
      }
    }
  }

  runOutput(tensor: number): void {
    const { nest } = this
    const chain = nest.chains[tensor]!
    const states = chain.map(() => new Map<string, Map<string, number>>())
    const residencies = chain.map((holder) => this.residenciesOf(holder))
    chain.forEach((holder) => this.open(holder))
    const valueOf = (level: number, instance: string, element: string) =>
      states[level]!.get(instance)?.get(element) ?? 0
    const setValue = (level: number, instance: string, element: string, value: number) => {
      const state = states[level]!.get(instance) ?? new Map<string, number>()
      states[level]!.set(instance, state.set(element, value))
    }
    /** What has crossed links in this event; begins anew with each event. */
    let crossed = new Set<string>()
    /** What comes up to a level: per group of wired instances and element, the sum of its contributions. */
    type Arrivals = Map<string, { parentKey: string; element: string; value: number }>
    const arrive = (arrivals: Arrivals, level: number, instance: string, element: string, value: number) => {
      const [key, parentKey] = this.requestOf(tensor, instance, chain[level]!, chain[level + 1])
      this.cross(tensor, instance, chain[level]!, chain[level + 1], [element], crossed)
      const arrival = arrivals.get(`${key}|${element}`) ?? { parentKey, element, value: 0 }
      arrivals.set(`${key}|${element}`, { ...arrival, value: arrival.value + value })
    }
    const drain = (level: number, tiles: ReadonlyMap<string, Set<string>>) => {
      const arrivals: Arrivals = new Map()
      crossed = new Set()
      for (const [instance, tile] of tiles)
        for (const element of tile) {
          this.add(chain[level]!, instance, 'drains', 1)
          arrive(arrivals, level - 1, instance, element, valueOf(level, instance, element))
          states[level]!.get(instance)?.delete(element)
        }
      const seen = new Set<string>()
      for (const { parentKey, element, value } of arrivals.values()) {
        const isLater = seen.has(`${parentKey}|${element}`)
        seen.add(`${parentKey}|${element}`)
        // The first one carries the old value and overwrites it.
        const old = isLater ? valueOf(level - 1, parentKey, element) : 0
        if (isLater) this.add(chain[level - 1]!, parentKey, 'reads', 1)
        this.add(chain[level - 1]!, parentKey, 'writes', 1)
        setValue(level - 1, parentKey, element, old + value)
      }
    }
    const fill = (level: number, tiles: ReadonlyMap<string, Set<string>>) => {
      const led = new Set<string>()
      for (const [instance, tile] of [...tiles].sort(([a], [b]) => compareKeys(a, b)))
        for (const element of tile) {
          const parentKey = this.keyBefore(instance, chain[level - 1]!)
          const value = valueOf(level - 1, parentKey, element)
          if (value === 0 || led.has(`${parentKey}|${element}`)) continue
          led.add(`${parentKey}|${element}`)
          this.add(chain[level - 1]!, parentKey, 'reads', 1)
          this.add(chain[level]!, instance, 'fills', 1)
          this.cross(tensor, instance, chain[level - 1]!, chain[level]!, [element], new Set())
          setValue(level, instance, element, value)
        }
    }
    const inner = chain.length - 1
    for (const [s, step] of this.steps.entries()) {
      const begins = residencies.map((all) => all.find(({ from }) => from === s))
      for (let level = inner; level > 0; level--)
        if (begins[level] !== undefined && s > 0)
          drain(
            level,
            this.tilesIn(
              tensor,
              chain[level]!,
              residencies[level]!.find(({ to }) => to === s)!,
            ),
          )
      for (let level = 1; level <= inner; level++)
        if (begins[level] !== undefined) fill(level, this.tilesIn(tensor, chain[level]!, begins[level]!))
      const arrivals: Arrivals = new Map()
      crossed = new Set()
      for (const coordinates of this.coordinates) {
        const values = this.valuesAt(step, coordinates)
        if (values !== null) arrive(arrivals, inner, keyOf(coordinates), this.elementOf(tensor, values), 1)
      }
      const seen = new Set<string>()
      for (const { parentKey, element, value } of arrivals.values()) {
        const old = valueOf(inner, parentKey, element)
        const isLater = seen.has(`${parentKey}|${element}`)
        seen.add(`${parentKey}|${element}`)
        if (isLater || old > 0) this.add(chain[inner]!, parentKey, 'reads', 1)
        this.add(chain[inner]!, parentKey, 'writes', 1)
        setValue(inner, parentKey, element, old + value)
      }
    }
    for (let level = inner; level > 0; level--)
      drain(level, this.tilesIn(tensor, chain[level]!, residencies[level]!.at(-1)!))
    this.outputs = [...(states[0]!.values().next().value?.values() ?? [])]
  }

  /** Tiles of a holder, residency by residency; of the MACs, step by step. By instance; who is idle has none. */
  private tilesOver(tensor: number, holder: Holder | undefined): Map<string, Set<string>>[] {
    const residencies =
      holder === undefined ? this.steps.map((_, s) => ({ from: s, to: s + 1 })) : this.residenciesOf(holder)
    return residencies.map((residency) => this.tilesIn(tensor, holder, residency))
  }

  /** Runs of steps in which the loops above a holder that index its tensor stand still. */
  private residenciesOf({ tensor, position }: Holder): { from: number; to: number }[] {
    const { loops, problem } = this.nest
    const decides = loops.map(
      ({ rank, dim }, at) => dim < 0 && at < position && problem.tensors[tensor]!.indexes[rank]!,
    )
    const keys = this.steps.map((step) => step.filter((_, at) => decides[at]).join())
    const starts = keys.flatMap((key, s) => (s === 0 || key !== keys[s - 1] ? [s] : []))
    return starts.map((from, i) => ({ from, to: starts[i + 1] ?? keys.length }))
  }

  private tilesIn(
    tensor: number,
    holder: Holder | undefined,
    { from, to }: { from: number; to: number },
  ): Map<string, Set<string>> {
    const points = new Map<string, number[][]>()
    for (const step of this.steps.slice(from, to))
      for (const coordinates of this.coordinates) {
        const values = this.valuesAt(step, coordinates)
        if (values === null) continue
        const key = holder === undefined ? keyOf(coordinates) : this.keyBefore(keyOf(coordinates), holder)
        const found = points.get(key) ?? []
        points.set(key, found)
        found.push(this.pointOf(tensor, values))
      }
    return new Map([...points].map(([key, found]) => [key, this.boxOf(tensor, found)]))
  }

  /** Elements of the bounding box; ranks that stand alone have just the values that occur. */
  private boxOf(tensor: number, points: readonly number[][]): Set<string> {
    const { dimensions } = this.nest.problem.tensors[tensor]!
    let box: number[][] = [[]]
    for (const [d, terms] of dimensions.entries()) {
      const values = points.map((point) => point[d]!)
      const [least, most] = [Math.min(...values), Math.max(...values)]
      const isPlain = terms.length === 1 && terms[0]!.coefficient === 1
      const all = isPlain
        ? [...new Set(values)]
        : Array.from({ length: most - least + 1 }, (_, i) => least + i)
      box = box.flatMap((point) => all.map((value) => [...point, value]))
    }
    return new Set(box.map((point) => point.join()))
  }

  private pointOf(tensor: number, values: readonly number[]): number[] {
    return this.nest.problem.tensors[tensor]!.dimensions.map((terms) =>
      terms.reduce((sum, { rank, coefficient }) => sum + coefficient * values[rank]!, 0),
    )
  }

  private elementOf(tensor: number, values: readonly number[]): string {
    return this.pointOf(tensor, values).join()
  }

  /** Values of the rank variables, or null if an index is out of range. */
  private valuesAt(step: Indices, coordinates: Indices): number[] | null {
    const { loops, problem } = this.nest
    const values = problem.ranks.map(() => 0)
    const extents = problem.ranks.map(({ size }) => size)
    for (const [at, { rank, tile, dim }] of loops.entries()) {
      const start = (dim < 0 ? step : coordinates)[at]! * tile
      if (start >= extents[rank]!) return null
      values[rank]! += start
      extents[rank] = Math.min(tile, extents[rank]! - start)
    }
    return values
  }

  /** Every index of the chosen loops, the last one fastest; the others are 0. */
  private product(isChosen: (at: number) => boolean): Indices[] {
    return this.nest.loops.reduce<Indices[]>(
      (all, { count }, at) =>
        all.flatMap((indices) =>
          Array.from({ length: isChosen(at) ? count : 1 }, (_, index) => [...indices, index]),
        ),
      [[]],
    )
  }

  private keyBefore(key: string, { memory }: Holder): string {
    const { loops, problem } = this.nest
    const { dimsBefore } = problem.memories[memory]!
    return key
      .split(',')
      .map((index, at) => (loops[at] === undefined || loops[at].dim < dimsBefore ? index : '0'))
      .join()
  }

  /** The group of instances that one request serves, and the parent's instance. */
  private requestOf(
    tensor: number,
    instance: string,
    parent: Holder,
    holder: Holder | undefined,
  ): [key: string, parentKey: string] {
    const { loops, problem } = this.nest
    const from = problem.memories[parent.memory]!.dimsBefore
    const to = holder === undefined ? problem.dims.length : problem.memories[holder.memory]!.dimsBefore
    const key = instance.split(',').map((index, at) => {
      const dim = loops[at]?.dim ?? -1
      return dim >= from && dim < to && problem.dims[dim]!.wired[tensor] ? '*' : index
    })
    return [key.join(), this.keyBefore(instance, parent)]
  }

  /** Counts elements at the links between two holders: instances behind them that are wired share one transfer. */
  private cross(
    tensor: number,
    instance: string,
    parent: Holder,
    holder: Holder | undefined,
    elements: readonly string[],
    crossed: Set<string>,
  ): void {
    const { loops, problem } = this.nest
    const { memories, dims } = problem
    const from = memories[parent.memory]!.dimsBefore
    const to = holder === undefined ? dims.length : memories[holder.memory]!.dimsBefore
    for (const array of new Set(dims.slice(from, to).map((dim) => dim.array))) {
      const end = dims.findLastIndex((dim) => dim.array === array) + 1
      const key = instance.split(',').map((index, at) => {
        const dim = loops[at]?.dim ?? -1
        return dim >= end && dim < to && dims[dim]!.wired[tensor] ? '*' : index
      })
      for (const element of elements) {
        const transfer = `${array.name}|${key.join()}|${element}`
        if (crossed.has(transfer)) continue
        crossed.add(transfer)
        this.links.set(array.name, (this.links.get(array.name) ?? 0) + 1)
      }
    }
  }

  private open(holder: Holder): void {
    const { loops, problem } = this.nest
    const { dimsBefore } = problem.memories[holder.memory]!
    const tiles = this.tilesIn(holder.tensor, holder, this.residenciesOf(holder)[0]!)
    this.counts.set(this.nameOf(holder), {
      // The first memory holds the whole tensor.
      tile: holder.memory === 0 ? problem.tensors[holder.tensor]!.size : tiles.get(this.cornerKey())!.size,
      instances: loops.reduce(
        (product, { dim, count }) => (dim >= 0 && dim < dimsBefore ? product * count : product),
        1,
      ),
      ...{ fills: 0, drains: 0, reads: 0, writes: 0 },
      busiest: { fills: 0, drains: 0, reads: 0, writes: 0 },
    })
  }

  private add(holder: Holder, instance: string, counter: keyof SimulatedCounters, amount: number): void {
    const counts = this.counts.get(this.nameOf(holder))!
    counts[counter] += amount
    if (instance === this.cornerKey()) counts.busiest[counter] += amount
  }

  private nameOf({ tensor, memory }: Holder): string {
    const { tensors, memories } = this.nest.problem
    return `${tensors[tensor]!.name}@${memories[memory]!.name}`
  }

  private cornerKey(): string {
    return this.nest.loops.map(() => 0).join()
  }
}

const keyOf = (coordinates: Indices): string => coordinates.join()

function compareKeys(a: string, b: string): number {
  const [x, y] = [a.split(',').map(Number), b.split(',').map(Number)]
  const at = x.findIndex((value, i) => value !== y[i])
  return at < 0 ? 0 : x[at]! - y[at]!
}
