import type { Einsum, TensorAccess } from '../../workload/einsum'
import { leastSides, wholeCopiesFirst } from './at-hand'
import type { Form } from './einsum-floor'
import { sizesOf } from './projection'

/** An operand beside an intermediate; 0 bits where it is not charged. */
interface Operand {
  readonly tensor: string
  readonly bitsPerValue: number
}

/** A product that makes or uses an intermediate. Rows and columns are ranks of the intermediate, by position. */
interface Side {
  /** The operand that has the rows and not the columns, and the one that has the columns and not the rows. */
  readonly ofRow: Operand
  readonly ofColumn: Operand
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  /** Sizes of all ranks of the intermediate; both operands have those that are neither rows nor columns. */
  readonly sizes: readonly number[]
  /** Size of the ranks that the intermediate lacks. */
  readonly length: number
  /** Of the intermediate. */
  readonly bitsPerValue: number
}

/**
 * Floors of the traffic around an intermediate, if each of its elements is computed once: around the product that makes it,
 * one that uses it, or both (docs/model.md, section 9, Eq. 43 and 44). Transfers of the intermediate itself are part of
 * them. None where the ranks have no such pattern.
 */
export function formsAround(
  tensor: string,
  products: readonly Einsum[],
  charged: ReadonlySet<string>,
): readonly Form[] {
  const found = products.map((einsum) => sideOf(tensor, einsum, charged))
  const [first] = found
  if (!first) return []
  const sides = found.map((side) => (side && side.rows.join() !== first.rows.join() ? turned(side) : side))
  const fit = (side: Side | null): side is Side =>
    side !== null &&
    (['rows', 'columns', 'sizes'] as const).every((of) => side[of].join() === first[of].join())
  const operands = found.flatMap((side) => (side ? [side.ofRow.tensor, side.ofColumn.tensor] : []))
  if (!sides.every(fit) || new Set(operands).size < operands.length) return []
  return formsOf(
    sides,
    operands.filter((name) => charged.has(name)),
  )
}

const turned = (side: Side): Side => ({
  ...side,
  ofRow: side.ofColumn,
  ofColumn: side.ofRow,
  rows: side.columns,
  columns: side.rows,
})

function formsOf(sides: readonly Side[], tensors: readonly string[]): readonly Form[] {
  const { rows, columns, sizes, bitsPerValue: cell } = sides[0]!
  const sizeOf = (positions: readonly number[]) => positions.reduce((product, at) => product * sizes[at]!, 1)
  const cells = sizeOf(rows) * sizeOf(columns)
  const copies = sizeOf([...sizes.keys()]) / cells
  const sum = (amount: (side: Side) => number) => sides.reduce((total, side) => total + amount(side), 0)
  const ofRows = sizeOf(rows) * sum(({ length, ofRow }) => length * ofRow.bitsPerValue)
  const ofColumns = sizeOf(columns) * sum(({ length, ofColumn }) => length * ofColumn.bitsPerValue)
  // A side that costs nothing leaves what must cross in any case.
  if (ofRows * ofColumns === 0) return []
  const once: Form = {
    key: `once ${copies} ${cells} ${ofRows} ${ofColumns} ${cell}`,
    tensors,
    work: {
      total: copies * cells,
      leastParts: copies,
      atHand: wholeCopiesFirst(cells, (share) =>
        Math.min(cell * cells * share, leastSides(ofRows, ofColumns, share)),
      ),
      free: 1,
    },
  }
  if (tensors.length < 2 * sides.length) return [once]
  const length = sum((side) => side.length)
  const area =
    Math.min(...sides.map(({ ofRow }) => ofRow.bitsPerValue)) *
    Math.min(...sides.map(({ ofColumn }) => ofColumn.bitsPerValue))
  const work: Form = {
    key: `work ${copies * cells} ${length} ${area} ${cell}`,
    tensors,
    work: {
      total: copies * cells * length,
      leastParts: 1,
      atHand: (count) => leastAround(count, length, area, cell),
      free: 2,
    },
  }
  return [once, work]
}

/** Steps of Newton's method that settle the least of `leastAround`: from its left they only come nearer. */
const STEPS = 8

/**
 * The least bits of rows, columns and cells for so many operations (docs/model.md, section 9, Eq. 44). `area` is the bits of
 * a row's element times those of a column's. With u = sqrt(area * count * length) * v, it is the least over v in 0..1 of
 * bits * v + alone * (1 / v^2 - v^2).
 */
function leastAround(count: number, length: number, area: number, cell: number): number {
  const bits = 2 * Math.sqrt(area * count * length)
  const alone = (cell * count) / length
  if (bits <= 4 * alone) return bits
  let v = Math.cbrt((2 * alone) / bits)
  for (let i = 0; i < STEPS; i++) {
    const excess = 2 / v ** 3 + 2 * v - bits / alone
    v += excess / (6 / v ** 4 - 2)
  }
  return bits * v + alone * (1 / v ** 2 - v ** 2)
}

/** A product of two operands beside the intermediate; null where a rank, a window or another operand is in the way. */
function sideOf(tensor: string, einsum: Einsum, charged: ReadonlySet<string>): Side | null {
  const accesses = [...einsum.inputs, einsum.output]
  const own = accesses.filter((access) => access.tensor === tensor)
  const others = accesses.filter((access) => access.tensor !== tensor)
  if (own.length !== 1 || others.length !== 2 || !accesses.every(isPlain)) return null
  const sizes = sizesOf(einsum)
  const of = (access: TensorAccess) => new Set(access.ranks.map(({ terms }) => terms[0]!.variable))
  const [intermediate, left, right] = [own[0]!, ...others].map(of) as [Set<string>, Set<string>, Set<string>]
  const ranks = [...intermediate]
  let length = 1
  for (const [name, size] of sizes) {
    if (size === 1 || intermediate.has(name)) continue
    if (!left.has(name) || !right.has(name)) return null
    length *= size
  }
  if (ranks.some((name) => sizes.get(name)! > 1 && !left.has(name) && !right.has(name))) return null
  const onlyIn = (one: Set<string>, other: Set<string>) =>
    [...ranks.keys()].filter(
      (at) => sizes.get(ranks[at]!)! > 1 && one.has(ranks[at]!) && !other.has(ranks[at]!),
    )
  const [ofRow, ofColumn] = others.map(({ tensor: name, bitsPerValue }) => ({
    tensor: name,
    bitsPerValue: charged.has(name) ? bitsPerValue : 0,
  })) as [Operand, Operand]
  return {
    ofRow,
    ofColumn,
    rows: onlyIn(left, right),
    columns: onlyIn(right, left),
    sizes: ranks.map((name) => sizes.get(name)!),
    length,
    bitsPerValue: own[0]!.bitsPerValue,
  }
}

/** Whether every rank is one variable as it is: no window, stride or shift. */
export const isPlain = ({ ranks }: TensorAccess): boolean =>
  ranks.every(({ terms, offset }) => terms.length === 1 && terms[0]!.coefficient === 1 && offset === 0)
