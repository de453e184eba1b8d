import type { Chain } from '../../src/core/mappers/chain-fusion/chain'
import type { MemberTiling } from '../../src/core/mappers/chain-fusion/member-cost'
import type { PlannedSegment } from '../../src/core/mappers/chain-fusion/trail'

export interface Ran {
  /** Bytes moved to and from the backing store. */
  readonly traffic: number
  /** The most that a member (or run of members) used at once during its turn. */
  readonly peak: number
  /** The most that was in the buffer at once, including what waits for its next turn. */
  readonly resident: number
}

interface Span {
  readonly from: number
  readonly to: number
}
interface Tile {
  readonly key: string
  readonly bytes: number
}

const size = ({ from, to }: Span): number => to - from
const part = (span: Span, at: number, of: number): Span => {
  const each = size(span) / of
  return { from: span.from + at * each, to: span.from + (at + 1) * each }
}
const parts = (span: Span, of: number): Span[] => Array.from({ length: of }, (_, at) => part(span, at, of))
const wholeOf = (count: number): Span => ({ from: 0, to: count })

/**
 * Runs a fused segment row block by row block on a machine with one explicit buffer; for chains without heads and batch.
 * It uses no formulas: it walks the loops, fetches a tile if another one was there, reads partial sums back if
 * they had been written, passes intermediates on, and adds up what is in use at every step.
 */
export function runFused(chain: Chain, segment: PlannedSegment): Ran {
  return new Machine(chain, segment).run()
}

class Machine {
  private readonly buffer = new Map<string, Tile>()
  private readonly writtenOnce = new Set<string>()
  private traffic = 0
  private peak = 0
  private resident = 0
  private readonly tilings: readonly MemberTiling[]
  private readonly last: number

  constructor(
    private readonly chain: Chain,
    private readonly segment: PlannedSegment,
  ) {
    this.tilings = segment.tilings
    this.last = segment.tilings.length - 1
  }

  run(): Ran {
    const { form, rowBlocks } = this.segment
    const blocks = parts(wholeOf(this.member(0).rows), rowBlocks)
    const chunks = this.tilings[1]!.kCuts
    const pair = (rows: Span, chunk: number) => {
      this.turn(0, rows, chunk, chunks)
      this.turn(1, rows, chunk, chunks)
    }
    if (form === 'flashattention' && !this.allKept()) {
      for (let chunk = 0; chunk < chunks; chunk++) for (const rows of blocks) pair(rows, chunk)
    } else {
      for (const rows of blocks)
        for (let e = 0; e <= this.last;) {
          const end = this.runEnd(e)
          if (end !== null) this.keptRun(e, end, rows)
          else if (e === 0 && chunks > 1) {
            for (let chunk = 0; chunk < chunks; chunk++) pair(rows, chunk)
            e = 1
          } else this.turn(e, rows, 0, 1)
          e = (end ?? e) + 1
        }
    }
    this.evictOutput()
    return { traffic: this.traffic, peak: this.peak, resident: this.resident }
  }

  private member(e: number) {
    return this.chain.members[this.segment.from + e]!
  }

  /** Whether a member's weights stay from the first row block to the last, whole. */
  private keeps(e: number): boolean {
    const { weights, kCuts, nCuts } = this.tilings[e]!
    const { k, n } = this.member(e)
    return k * n === 1 || (weights === 'held' && kCuts * nCuts === 1)
  }

  private allKept(): boolean {
    return this.tilings.every((_, e) => this.keeps(e))
  }

  private runEnd(e: number): number | null {
    if (!this.keeps(e)) return null
    let end = e
    while (end < this.last && this.keeps(end + 1)) end++
    return end
  }

  /** One member on one row block, over one chunk of the intermediate after or before it. */
  private turn(e: number, rows: Span, chunk: number, chunks: number): void {
    const { k, n } = this.member(e)
    const { kCuts, nCuts, weights } = this.tilings[e]!
    const kSpan = e === 1 ? part(wholeOf(k), chunk, chunks) : wholeOf(k)
    const nSpan = e === 0 ? part(wholeOf(n), chunk, chunks) : wholeOf(n)
    for (const ks of parts(kSpan, e === 1 && chunks > 1 ? 1 : kCuts))
      for (const ns of parts(nSpan, e === 0 && chunks > 1 ? 1 : nCuts)) {
        const input = e === 0 ? this.read('x', rows, ks, this.member(0).bytesPerValue.input) : `t${e - 1}`
        const output = e === this.last ? this.accumulate(rows, ns) : this.allot(`t${e}`, e, rows, ns)
        const held = weights === 'held' || size(ks) * size(ns) === 1
        for (const b of held ? [ns] : parts(ns, size(ns)))
          for (const a of held ? [ks] : parts(ks, size(ks))) {
            this.read(`w${e}`, a, b, this.member(e).bytesPerValue.weights)
            this.weigh([input, `w${e}`, output])
          }
      }
  }

  /** Members that keep their whole weights pass single rows on: only the run's first input and last output are tiles. */
  private keptRun(from: number, to: number, rows: Span): void {
    const first = this.member(from)
    const input =
      from === 0 ? this.read('x', rows, wholeOf(first.k), first.bytesPerValue.input) : `t${from - 1}`
    const output =
      to === this.last
        ? this.accumulate(rows, wholeOf(this.member(to).n))
        : this.allot(`t${to}`, to, rows, wholeOf(this.member(to).n))
    for (let e = from; e <= to; e++) {
      const { k, n, bytesPerValue } = this.member(e)
      this.read(`w${e}`, wholeOf(k), wholeOf(n), bytesPerValue.weights)
    }
    const weights = Array.from({ length: to - from + 1 }, (_, i) => `w${from + i}`)
    for (const row of parts(rows, size(rows)))
      for (let e = from; e <= to; e++) {
        const { k, n, bytesPerValue } = this.member(e)
        const key = `${row.from}`
        if (e > from) this.put('row before', { key, bytes: k * bytesPerValue.input })
        if (e < to) this.put('row after', { key, bytes: n * bytesPerValue.output })
        this.weigh([
          input,
          output,
          ...weights,
          ...(e > from ? ['row before'] : []),
          ...(e < to ? ['row after'] : []),
        ])
        this.buffer.delete('row before')
        this.buffer.delete('row after')
      }
  }

  private put(name: string, tile: Tile): void {
    this.buffer.set(name, tile)
  }

  /** A tile of an input or of weights: fetched unless it is already there. */
  private read(name: string, one: Span, other: Span, bytesPerValue: number): string {
    const tile = { key: keyOf(one, other), bytes: size(one) * size(other) * bytesPerValue }
    if (this.buffer.get(name)?.key !== tile.key) this.traffic += tile.bytes
    this.put(name, tile)
    return name
  }

  /** Room for an intermediate's tile; it is never fetched. */
  private allot(name: string, e: number, rows: Span, columns: Span): string {
    const whole = this.buffer.get(name)
    const bytes = size(rows) * size(columns) * this.member(e).bytesPerValue.output
    // A tile that is filled slice by slice occupies its full size from the first slice on.
    this.put(
      name,
      whole && whole.bytes > bytes && columns.from > 0 ? whole : { key: keyOf(rows, columns), bytes },
    )
    return name
  }

  /**
   * The output's tile. Another one is written out first; its own partial sums are read back if they had been written.
   */
  private accumulate(rows: Span, columns: Span): string {
    const bytes = size(rows) * size(columns) * this.member(this.last).bytesPerValue.output
    const key = keyOf(rows, columns)
    if (this.buffer.get('z')?.key !== key) {
      this.evictOutput()
      if (this.writtenOnce.has(key)) this.traffic += bytes
      this.put('z', { key, bytes })
    }
    return 'z'
  }

  private evictOutput(): void {
    const tile = this.buffer.get('z')
    if (tile === undefined) return
    this.traffic += tile.bytes
    this.writtenOnce.add(tile.key)
    this.buffer.delete('z')
  }

  private weigh(inUse: readonly string[]): void {
    const bytes = inUse.reduce((sum, name) => {
      const tile = this.buffer.get(name)
      if (tile === undefined) throw new Error(`${name} is used and not in the buffer`)
      return sum + tile.bytes
    }, 0)
    this.peak = Math.max(this.peak, bytes)
    this.resident = Math.max(
      this.resident,
      [...this.buffer.values()].reduce((sum, tile) => sum + tile.bytes, 0),
    )
  }
}

const keyOf = (one: Span, other: Span): string => `${one.from}-${one.to},${other.from}-${other.to}`
