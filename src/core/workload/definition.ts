/** A workload as written in a file or built from flags: names and numbers are not yet checked against each other. */
export interface WorkloadDefinition {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly source?: string | undefined
  /** A size by rank or rank variable, or the name of another rank of the same size (`P: M`). */
  readonly rank_sizes: Readonly<Record<string, unknown>>
  /** Bits by tensor name; `All` is the default for the rest. */
  readonly bits_per_value?: Readonly<Record<string, unknown>> | undefined
  readonly einsums: readonly EinsumDefinition[]
  /** Reductions of a tensor's rows that are not written out as Einsums: `{ QK: softmax, Z: layer norm }`. */
  readonly row_reductions?: Readonly<Record<string, string>> | undefined
}

export type EinsumDefinition = string | EinsumObject

/** The long form of an Einsum: either its notation, or its accesses spelled out. */
export interface EinsumObject {
  readonly name?: string | undefined
  readonly einsum?: string | undefined
  readonly tensor_accesses?: readonly TensorAccessDefinition[] | undefined
  /** Sizes of rank variables of this Einsum alone: `{ p: 112 }` or `{ p: "0 <= p < 112" }`. */
  readonly iteration_space_shape?: Readonly<Record<string, unknown>> | undefined
}

export interface TensorAccessDefinition {
  readonly name: string
  /** A list of index expressions, or rank name -> index expression. */
  readonly projection: readonly string[] | Readonly<Record<string, string>>
  readonly output?: boolean | undefined
}

/** Rewrites `tensor_accesses` as notation, so that there is one parser and one kind of error. */
export function notationOf(definition: EinsumObject): string | undefined {
  if (definition.einsum !== undefined) return definition.einsum
  if (definition.tensor_accesses === undefined) return undefined
  const access = ({ name, projection }: TensorAccessDefinition): string => {
    const ranks = isList(projection)
      ? projection
      : Object.entries(projection).map(([rank, index]) => `${rank}: ${index}`)
    return `${name}[${ranks.join(', ')}]`
  }
  const outputs = definition.tensor_accesses.filter((tensor) => tensor.output === true)
  const inputs = definition.tensor_accesses.filter((tensor) => tensor.output !== true)
  return `${outputs.map(access).join(', ')} = ${inputs.map(access).join(' * ')}`
}

const isList = (projection: TensorAccessDefinition['projection']): projection is readonly string[] =>
  Array.isArray(projection)
