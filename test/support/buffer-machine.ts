import type { Nest, Place } from '../../src/core/model/nest'
import type { SearchProblem, SearchTensor } from '../../src/core/model/search-problem'

/**
 * The slow and simple model: a machine that walks a loop nest tile by tile with an explicit buffer of elements, loads
 * what a tensor's place needs, and counts. It uses none of the engine's formulas.
 */
export interface Measured {
  /** Per tensor, the most elements held at once. */
  readonly peaks: readonly number[]
  /** Per tensor, elements moved; for the output reads of partial sums and writes. */
  readonly traffic: readonly number[]
}

interface Range {
  readonly from: number
  readonly to: number
}
type Ranges = readonly Range[]

/** `exclusive` drops everything at each load, as the bounds count; `overlap` keeps what two successive tiles share. */
export type Retention = 'exclusive' | 'overlap'

class TensorBuffer {
  readonly held = new Set<string>()
  private box: string | undefined
  private readonly written = new Set<string>()
  peak = 0
  moved = 0

  constructor(
    readonly tensor: SearchTensor,
    private readonly retention: Retention,
  ) {}

  /** Makes the buffer hold exactly one box. It costs nothing while no loop that the tensor depends on has moved. */
  holdBox(ranges: Ranges): void {
    const name = this.tensor.dimensions.flatMap((d) => d.map(({ rank }) => ranges[rank]!.from)).join()
    if (name === this.box) return
    const wanted = elementsOf(this.tensor, ranges)
    const next = new Set(wanted)
    for (const element of [...this.held])
      if (this.retention === 'exclusive' || !next.has(element)) this.drop(element)
    for (const element of wanted) this.load(element)
    this.box = name
  }

  /** Starts a slide over `windows`; the buffer of the tensor is emptied. */
  startSlide(): void {
    this.flush()
  }

  /** Drops what `keep` does not name, then loads what the window lacks. */
  slideTo(window: readonly string[], keep: (element: string) => boolean): void {
    const wanted = new Set(window)
    for (const element of [...this.held]) if (!wanted.has(element) && !keep(element)) this.drop(element)
    for (const element of window) this.load(element)
  }

  flush(): void {
    for (const element of [...this.held]) this.drop(element)
    this.box = undefined
  }

  private load(element: string): void {
    if (this.held.has(element)) return
    this.held.add(element)
    this.peak = Math.max(this.peak, this.held.size)
    if (!this.tensor.output || this.written.has(element)) this.moved++
  }

  private drop(element: string): void {
    this.held.delete(element)
    if (!this.tensor.output) return
    this.moved++
    this.written.add(element)
  }
}

/** Runs a nest of a problem to its end. Throws if an operand is not in the buffer when it is needed. */
export function measure(problem: SearchProblem, nest: Nest, retention: Retention = 'exclusive'): Measured {
  const buffers = problem.tensors.map(
    (tensor, i) => new TensorBuffer(tensor, nest.places[i]!.keepsLast ? 'overlap' : retention),
  )
  const enter = (depth: number, ranges: Ranges): void => {
    for (const [i, buffer] of buffers.entries()) {
      const place = nest.places[i]!
      if (place.depth === depth && place.hold === depth) buffer.holdBox(ranges)
      if (place.depth === depth && place.hold > depth) slides[i] = new Slide(buffer, nest, place, ranges)
      if (place.hold === depth && place.depth < depth) slides[i]!.step()
    }
    const loop = nest.loops[depth]
    if (loop === undefined) {
      for (const buffer of buffers) {
        for (const element of elementsOf(buffer.tensor, ranges))
          if (!buffer.held.has(element))
            throw new Error(`${buffer.tensor.name}[${element}] is not in the buffer`)
      }
      return
    }
    for (const inner of tilesOf(ranges, loop.rank, loop.tile)) enter(depth + 1, inner)
  }
  const slides: Slide[] = []
  enter(
    0,
    problem.ranks.map(({ size }) => ({ from: 0, to: size })),
  )
  for (const buffer of buffers) buffer.flush()
  return { peaks: buffers.map(({ peak }) => peak), traffic: buffers.map(({ moved }) => moved) }
}

/** One pass of a window over the loops between a tensor's place and what it holds. */
class Slide {
  private readonly windows: readonly (readonly string[])[]
  private readonly lastUse = new Map<string, number>()
  private readonly isLineBuffer: boolean
  private at = 0

  constructor(
    private readonly buffer: TensorBuffer,
    nest: Nest,
    place: Place,
    ranges: Ranges,
  ) {
    const loops = nest.loops.slice(place.depth, place.hold)
    let visits: readonly Ranges[] = [ranges]
    for (const { rank, tile } of loops) visits = visits.flatMap((visit) => tilesOf(visit, rank, tile))
    this.windows = visits.map((visit) => elementsOf(buffer.tensor, visit))
    for (const [at, window] of this.windows.entries())
      for (const element of window) this.lastUse.set(element, at)
    const dimensions = buffer.tensor.dimensions
    const slidAlong = new Set(
      loops.map(({ rank }) => dimensions.findIndex((d) => d.some((term) => term.rank === rank))),
    )
    this.isLineBuffer = slidAlong.size > 1
    buffer.startSlide()
  }

  /** A simple window keeps only itself; a line buffer keeps what a later window of this pass needs again. */
  step(): void {
    const at = this.at++
    this.buffer.slideTo(this.windows[at]!, (element) => this.isLineBuffer && this.lastUse.get(element)! > at)
  }
}

function tilesOf(ranges: Ranges, rank: number, tile: number): readonly Ranges[] {
  const { from, to } = ranges[rank]!
  const tiles: Ranges[] = []
  for (let start = from; start < to; start += tile)
    tiles.push(
      ranges.map((range, i) => (i === rank ? { from: start, to: Math.min(start + tile, to) } : range)),
    )
  return tiles
}

/** Coordinates of the bounding box that the ranges span in a tensor, holes included. */
export function elementsOf(tensor: SearchTensor, ranges: Ranges): readonly string[] {
  let elements: readonly string[] = ['']
  for (const dimension of tensor.dimensions) {
    const first = dimension.reduce((sum, { rank, coefficient }) => sum + coefficient * ranges[rank]!.from, 0)
    const last = dimension.reduce(
      (sum, { rank, coefficient }) => sum + coefficient * (ranges[rank]!.to - 1),
      0,
    )
    const longer: string[] = []
    for (const prefix of elements) for (let at = first; at <= last; at++) longer.push(`${prefix},${at}`)
    elements = longer
  }
  return elements
}
