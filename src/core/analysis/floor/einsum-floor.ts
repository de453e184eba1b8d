import type { Einsum } from '../../workload/einsum'
import { leastFaces, leastSides, wholeCopiesFirst } from './at-hand'
import type { Work } from './parts'
import { meetOnce, projectionOf, sizesOf, type Projection } from './projection'

/** A floor of the traffic of some tensors. */
export interface Form {
  /** Names the shape: forms of one key are equal. */
  readonly key: string
  readonly tensors: readonly string[]
  readonly work: Work
}

/**
 * Floors of an Einsum's traffic of the tensors that are charged; other operands may come and go for nothing (docs/model.md,
 * section 9, Eq. 41 and 42). Any three charged operands may bound it, as the others only add to them; where there are no
 * three, any two. None where the ranks have no such pattern.
 */
export function formsOf(einsum: Einsum, charged: ReadonlySet<string>): readonly Form[] {
  const accesses = [...einsum.inputs, einsum.output]
  const operands = accesses
    .filter(
      ({ tensor }) => charged.has(tensor) && accesses.filter((other) => other.tensor === tensor).length === 1,
    )
    .map((access) => projectionOf(einsum, access))
  const sizes = sizesOf(einsum)
  const space: Space = {
    variables: [...sizes.keys()].filter((name) => sizes.get(name)! > 1),
    sizeOf: (names) => names.reduce((product, name) => product * sizes.get(name)!, 1),
  }
  const triples = combinations(operands, 3).flatMap((some) => ofThree(some, space))
  return triples.length > 0 ? triples : combinations(operands, 2).flatMap((some) => ofTwo(some, space))
}

interface Space {
  /** Those of size 1 are left out. */
  readonly variables: readonly string[]
  readonly sizeOf: (variables: readonly string[]) => number
}

/** Bits of an operand in one of several copies, its elements counted as if windows did not overlap. */
const bitsPerCopy = (
  { bitsPerValue, overlap, variables }: Projection,
  shared: readonly string[],
  { sizeOf }: Space,
): number => (bitsPerValue * sizeOf(variables.filter((name) => !shared.includes(name)))) / overlap

function ofThree(operands: readonly Projection[], space: Space): readonly Form[] {
  const having = (name: string) => operands.filter(({ variables }) => variables.includes(name)).length
  if (space.variables.some((name) => having(name) < 2)) return []
  const shared = space.variables.filter((name) => having(name) === 3)
  const [large, middle, small] = operands
    .map((operand) => bitsPerCopy(operand, shared, space))
    .sort((a, b) => b - a) as [number, number, number]
  const product = copied(`faces ${large} ${middle} ${small}`, operands, shared, space, (share) =>
    leastFaces(large, middle, small, share),
  )
  return [product, ...meeting(operands, space)]
}

function ofTwo(operands: readonly Projection[], space: Space): readonly Form[] {
  const [one, other] = operands as [Projection, Projection]
  if (space.variables.some((name) => !one.variables.includes(name) && !other.variables.includes(name)))
    return []
  const shared = one.variables.filter((name) => other.variables.includes(name))
  const [rows, columns] = [bitsPerCopy(one, shared, space), bitsPerCopy(other, shared, space)]
  const product = copied(`sides ${rows} ${columns}`, operands, shared, space, (share) =>
    leastSides(rows, columns, share),
  )
  return [product, ...meeting(operands, space)]
}

/** A form of independent copies: one for each value of the ranks that all its operands share. */
function copied(
  key: string,
  operands: readonly Projection[],
  shared: readonly string[],
  { variables, sizeOf }: Space,
  some: (share: number) => number,
): Form {
  const [total, copies] = [sizeOf(variables), sizeOf(shared)]
  return {
    key: `${key} ${copies} ${total}`,
    tensors: operands.map(({ tensor }) => tensor),
    work: { total, leastParts: copies, atHand: wholeCopiesFirst(total / copies, some), free: 1 },
  }
}

/** Where windows overlap: any two elements of different operands meet in one operation at the most. */
function meeting(operands: readonly Projection[], { variables, sizeOf }: Space): readonly Form[] {
  if (operands.every(({ overlap }) => overlap === 1)) return []
  if (combinations(operands, 2).some(([one, other]) => !meetOnce(one!, other!, variables))) return []
  const [count, total] = [operands.length, sizeOf(variables)]
  const width = operands.reduce((product, { bitsPerValue }) => product * bitsPerValue, 1) ** (1 / count)
  return [
    {
      key: `meet ${count} ${width} ${total}`,
      tensors: operands.map(({ tensor }) => tensor),
      work: { total, leastParts: 1, atHand: (some) => count * width * Math.sqrt(some), free: 1 },
    },
  ]
}

function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]]
  return items.flatMap((item, at) =>
    combinations(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]),
  )
}
