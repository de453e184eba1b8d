import { formatBytes } from '../units/format'

/** An operator of an imported model that has no Einsum. It is listed with the bytes that it moves, never dropped. */
export interface UnmodelledOperator {
  /** The operator's name in its file: `ScatterND`. */
  readonly operator: string
  /** Number of its nodes. */
  readonly count: number
  /** Bytes that all of them read and write, each operand once; null if a shape is not known. */
  readonly bytes: number | null
  /** Why it has no Einsum, in a sentence. */
  readonly reason: string
}

/** An unmodelled operator in one sentence. */
export const describeUnmodelled = ({ operator, count, bytes, reason }: UnmodelledOperator): string =>
  `Not modelled: ${count} ${operator}${bytes === null ? '' : `, which move ${formatBytes(bytes)}`} (${reason}).`

/** Formats that workloads are read from; our own is first. */
export const WORKLOAD_FORMATS = ['piste', 'hugging-face', 'timeloop', 'accelforge', 'onnx'] as const
export type WorkloadFormat = (typeof WORKLOAD_FORMATS)[number]

/** A file of another tool, read into the dialect of workload files. */
export interface ImportedWorkload {
  readonly format: WorkloadFormat
  readonly name: string
  /** A whole workload file (YAML) that `parseWorkloadText` takes. */
  readonly text: string
  /** How many identical copies of this cascade the whole model runs (the blocks of a language model); 1 otherwise. */
  readonly repeats: number
  readonly unmodelled: readonly UnmodelledOperator[]
  /** Further notes for the reader, one sentence each. */
  readonly notes: readonly string[]
}

/** Settings of an import besides the file. */
export interface ImportOptions {
  /** Sizes of symbolic dimensions by name. A missing one that is needed is a fault with the code below. */
  readonly dimensions: Readonly<Record<string, number>>
  readonly phase?: 'prefill' | 'decode' | undefined
  readonly batch?: number | undefined
  /** Tokens attended to. */
  readonly length?: number | undefined
}

/** Code of a fault whose `path` names a dimension that the file leaves open. */
export const MISSING_DIMENSION = 'missing-dimension'
