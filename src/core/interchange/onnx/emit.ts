import { between, namesIn, type Pieces } from './pieces'
import type { Operand, Step } from './steps'

/** Positions of a value's pieces in the tensor that holds it; -1 for those of size 1 and for broadcast ones. */
interface Place {
  readonly tensor: string
  readonly positions: readonly (readonly number[])[]
}

export interface EmittedEinsum {
  readonly einsum: string
  readonly sizes: ReadonlyMap<string, number>
}

export interface Emitted {
  readonly einsums: readonly EmittedEinsum[]
  readonly reductions: ReadonlyMap<string, string>
  /** The value that each tensor of the Einsums was made for. */
  readonly tensors: ReadonlyMap<string, string>
  /** Tensors that stand for a second read of another one. */
  readonly again: readonly string[]
}

type EinsumStep = Extract<Step, { kind: 'einsum' }>

/** Writes the steps as Einsums. Each tensor has one name, and every view of it is written in its own ranks. */
export function emit(
  steps: readonly Step[],
  pieces: Pieces,
  opaque: ReadonlySet<number>,
  nameOf: (value: string) => string,
): Emitted {
  const places = new Map<string, Place>()
  const tensors = new Map<string, string>()
  const written = new Set<string>()
  const reductions = new Map<string, string>()
  const einsums: EmittedEinsum[] = []
  const again: string[] = []

  const fresh = (value: string): Place => {
    let next = 0
    const positions = (pieces.get(value) ?? []).map((sizes) =>
      sizes.map((size) => (size === 1 ? -1 : next++)),
    )
    const tensor = nameOf(value)
    tensors.set(tensor, value)
    const place = { tensor, positions }
    places.set(value, place)
    return place
  }
  const placeOf = (value: string): Place => places.get(value) ?? fresh(value)

  const write = ({ output, operands, by, sizes }: EinsumStep): void => {
    const local = variablesOf([output, ...operands], sizes, pieces)
    const used = new Map<string, number>()
    const text = (place: Place, { indices }: Operand): string => {
      const ranks: string[] = []
      indices.forEach((index, d) => {
        const positions = place.positions[d] ?? []
        const terms =
          typeof index === 'string' || index === null
            ? namesIn(index).flatMap((name) => local.get(name)!)
            : [windowOf(index, sizes)]
        // A broadcast or unit dimension has no rank to index.
        const shown = positions.filter((position) => position >= 0)
        const own = terms.filter(({ size }) => size > 1 || shown.length === 0)
        shown.forEach((position, i) => {
          const term = own[i] ?? terms[i] ?? terms[0]
          if (term === undefined) return
          ranks[position] = term.text
          for (const name of term.names) used.set(name, sizes.get(name) ?? term.size)
        })
      })
      return `[${ranks.filter(Boolean).join(', ')}]`
    }
    const target = fresh(output.value)
    const result = `${target.tensor}${text(target, output)}`
    const seen = new Map<string, string>()
    const read = operands.map((operand) => {
      const place = placeOf(operand.value)
      const indexed = text(place, operand)
      const before = seen.get(place.tensor)
      seen.set(place.tensor, before ?? indexed)
      if (before === undefined || before === indexed) return `${place.tensor}${indexed}`
      // An Einsum reads a tensor with one index expression; a second one needs a tensor of its own.
      const copy = `${place.tensor}_again`
      again.push(place.tensor)
      tensors.set(copy, operand.value)
      return `${copy}${indexed}`
    })
    written.add(target.tensor)
    const right =
      by === null
        ? read.join(' * ')
        : ['add', 'sub'].includes(by)
          ? read.join(by === 'add' ? ' + ' : ' - ')
          : `${by}(${read.join(', ')})`
    einsums.push({ einsum: `${result} = ${right}`, sizes: used })
  }

  steps.forEach((step, i) => {
    if (step.kind === 'einsum' && !opaque.has(i)) write(step)
    if (step.kind === 'view') {
      const { tensor, positions } = placeOf(step.input)
      const own = pieces.get(step.output) ?? []
      places.set(step.output, {
        tensor,
        positions: step.dimensions.map((from, to) =>
          from < 0 ? (own[to] ?? []).map(() => -1) : positions[from]!,
        ),
      })
      if (step.reduction !== undefined && written.has(tensor)) reductions.set(tensor, step.reduction)
    }
    if (step.kind === 'reshape' && !opaque.has(i)) {
      const { tensor, positions } = placeOf(step.input)
      const left = positions.flat().filter((position) => position >= 0)
      places.set(step.output, {
        tensor,
        positions: (pieces.get(step.output) ?? []).map((sizes) =>
          sizes.map((size) => (size === 1 ? -1 : (left.shift() ?? -1))),
        ),
      })
    }
  })
  return { einsums, reductions, tensors, again }
}

interface Term {
  readonly text: string
  readonly size: number
  readonly names: readonly string[]
}

/** The pieces of every variable: `k`, or `k_0` and `k_1` where one of its dimensions is cut. */
function variablesOf(
  operands: readonly Operand[],
  sizes: ReadonlyMap<string, number>,
  pieces: Pieces,
): ReadonlyMap<string, readonly Term[]> {
  const found = new Map<string, readonly Term[]>()
  for (const { value, indices } of operands)
    indices.forEach((index, d) => {
      const names = namesIn(index)
      let base = 1
      for (const name of [...names].reverse()) {
        const size = sizes.get(name)!
        const inside = stridesOf(pieces.get(value)?.[d] ?? []).filter(
          (stride) => stride > base && stride < base * size,
        )
        const own = between(
          size,
          inside.map((stride) => stride / base),
        )
        if (!found.has(name) || own.length > found.get(name)!.length)
          found.set(
            name,
            own.map((piece, i): Term => {
              const text = own.length === 1 ? name : `${name}_${i}`
              return { text, size: piece, names: [text] }
            }),
          )
        base *= size
      }
    })
  return found
}

const stridesOf = (sizes: readonly number[]): readonly number[] => {
  let stride = 1
  return [...sizes].reverse().map((size) => (stride *= size))
}

/** `2*p + r`, without variables of one value. */
function windowOf(terms: readonly (readonly [number, string])[], sizes: ReadonlyMap<string, number>): Term {
  const moving = terms.filter(([, name]) => sizes.get(name)! > 1)
  const shown = moving.length > 0 ? moving : terms.slice(0, 1)
  return {
    text: shown.map(([by, name]) => (by === 1 ? name : `${by}*${name}`)).join(' + '),
    size: Infinity,
    names: shown.map(([, name]) => name),
  }
}
