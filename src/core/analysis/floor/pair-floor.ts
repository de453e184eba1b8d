import type { Einsum, TensorAccess } from '../../workload/einsum'
import { leastSides, wholeCopiesFirst } from './at-hand'
import type { Form } from './einsum-floor'
import { sizesOf } from './projection'

/** Two products in a row: P = A * B, C = P * W. */
interface Pair {
  readonly tensors: readonly string[]
  /** Numbers of independent pairs, of rows (A, P, C), of columns (B, P, W), and the ranks that P lacks. */
  readonly copies: number
  readonly rows: number
  readonly columns: number
  readonly before: number
  readonly after: number
  /** Bits per value; 0 for a tensor that is not charged, and for P its own. */
  readonly a: number
  readonly b: number
  readonly w: number
  readonly c: number
  readonly p: number
}

/**
 * Floors of the traffic of two products in a row, if every element of what is between them is computed once
 * (docs/model.md, section 9, Eq. 43 and 44). None where they have no such pattern.
 */
export function pairForms(first: Einsum, second: Einsum, charged: ReadonlySet<string>): readonly Form[] {
  const pair = pairOf(first, second, charged)
  if (pair === null) return []
  const { tensors, copies, rows, columns, before, after, a, b, c, w, p } = pair
  const ofRows = rows * (before * a + after * c)
  const ofColumns = columns * (before * b + after * w)
  const cells = rows * columns
  const once: Form = {
    key: `once ${copies} ${cells} ${ofRows} ${ofColumns} ${p}`,
    tensors,
    work: {
      total: copies * cells,
      leastParts: copies,
      atHand: wholeCopiesFirst(cells, (share) =>
        Math.min(p * cells * share, leastSides(ofRows, ofColumns, share)),
      ),
      free: 1,
    },
  }
  if (a * b * c * w === 0) return [once]
  const length = before + after
  const [row, column] = [Math.min(a, c), Math.min(b, w)]
  const work: Form = {
    key: `work ${copies} ${cells} ${length} ${row} ${column} ${p}`,
    tensors,
    work: {
      total: copies * cells * length,
      leastParts: 1,
      atHand: (count) => leastInTwo(count, length, row * column, p),
      free: 2,
    },
  }
  return [once, work]
}

/** Halvings that settle the least of `leastInTwo`. */
const HALVINGS = 40

/**
 * The least bits of rows, columns and cells for so many operations (docs/model.md, section 9, Eq. 44): the least over u of
 * 2u + p * (area * count^2 / u^2 - u^2 / (area * length^2)), which is convex up to where the last term is 0.
 */
function leastInTwo(count: number, length: number, area: number, p: number): number {
  const slope = (u: number) => 2 - 2 * p * ((area * count * count) / u ** 3 + u / (area * length * length))
  const most = Math.sqrt(area * count * length)
  let [low, high] = [0, most]
  if (slope(most) > 0)
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2
      if (slope(middle) > 0) high = middle
      else low = middle
    }
  const u = high
  return 2 * u + p * Math.max(0, (area * count * count) / u ** 2 - u ** 2 / (area * length * length))
}

/** The pair's sizes; null where a rank, a window or a tensor that occurs twice is not of the pattern. */
function pairOf(first: Einsum, second: Einsum, charged: ReadonlySet<string>): Pair | null {
  const made = first.output
  const read = second.inputs.find(({ tensor }) => tensor === made.tensor)
  if (first.inputs.length !== 2 || second.inputs.length !== 2 || read === undefined) return null
  const accesses = [
    ...first.inputs,
    made,
    ...second.inputs.filter(({ tensor }) => tensor !== made.tensor),
    second.output,
  ]
  if (new Set(accesses.map(({ tensor }) => tensor)).size < 5) return null
  if (![...accesses, read].every(isPlain)) return null
  // The names of the first Einsum stand for P's ranks in the second, too.
  const sizes = new Map(sizesOf(first))
  const names = new Map<string, string>()
  for (const [d, { terms }] of read.ranks.entries())
    names.set(terms[0]!.variable, made.ranks[d]!.terms[0]!.variable)
  for (const [name, size] of sizesOf(second)) {
    const known = names.get(name)
    if (known === undefined) names.set(name, `second ${name}`)
    else if (sizes.get(known) !== size) return null
    sizes.set(names.get(name)!, size)
  }
  const own = ({ ranks }: TensorAccess) => new Set(ranks.map(({ terms }) => terms[0]!.variable))
  const ofFirst = [...first.inputs, made].map(own)
  const ofSecond = accesses
    .slice(3)
    .map((access) => new Set([...own(access)].map((name) => names.get(name)!)))
  for (const swapped of [false, true]) {
    const [a, b] = swapped ? [1, 0] : [0, 1]
    const found = classify(
      [ofFirst[a]!, ofFirst[b]!, ofFirst[2]!, ofSecond[0]!, ofSecond[1]!],
      [...sizes].filter(([, size]) => size > 1),
    )
    if (found === null) continue
    const width = (at: number) => (charged.has(accesses[at]!.tensor) ? accesses[at]!.bitsPerValue : 0)
    return {
      ...found,
      tensors: accesses.map(({ tensor }) => tensor).filter((name) => charged.has(name)),
      a: width(a),
      b: width(b),
      w: width(3),
      c: width(4),
      p: made.bitsPerValue,
    }
  }
  return null
}

const isPlain = ({ ranks }: TensorAccess): boolean =>
  ranks.every(({ terms, offset }) => terms.length === 1 && terms[0]!.coefficient === 1 && offset === 0)

/** Which of A, B, P, W, C have a group of ranks, as digits, and the group's name. */
const GROUPS = new Map([
  ['11111', 'copies'],
  ['10101', 'rows'],
  ['01110', 'columns'],
  ['11000', 'before'],
  ['00011', 'after'],
] as const)

function classify(operands: readonly ReadonlySet<string>[], sizes: readonly (readonly [string, number])[]) {
  const groups = { copies: 1, rows: 1, columns: 1, before: 1, after: 1 }
  for (const [name, size] of sizes) {
    const group = GROUPS.get(operands.map((own) => Number(own.has(name))).join('') as '11111')
    if (group === undefined) return null
    groups[group] *= size
  }
  return groups
}
