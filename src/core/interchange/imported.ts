import { formatBytes } from '../units/format'

/** An operator of an imported model that no Einsum stands for; it is listed with what it moves, never dropped. */
export interface UnmodelledOperator {
  /** The operator's name in its file: `ScatterND`. */
  readonly operator: string
  /** How many nodes of it there are. */
  readonly count: number
  /** Operands read and written by all of them, each once; null where a shape is not known. */
  readonly bytes: number | null
  /** Why no Einsum stands for it, in a sentence. */
  readonly reason: string
}

/** The same in a sentence. */
export const describeUnmodelled = ({ operator, count, bytes, reason }: UnmodelledOperator): string =>
  `Not modelled: ${count} ${operator}${bytes === null ? '' : `, which move ${formatBytes(bytes)}`} (${reason}).`

/** Formats that workloads are read from, our own first. */
export const WORKLOAD_FORMATS = ['piste', 'hugging-face', 'timeloop', 'accelforge', 'onnx'] as const
export type WorkloadFormat = (typeof WORKLOAD_FORMATS)[number]

/** A file of another tool, read into the dialect of workload files. */
export interface ImportedWorkload {
  readonly format: WorkloadFormat
  readonly name: string
  /** A whole workload file (YAML) that `parseWorkloadText` takes. */
  readonly text: string
  /** How many identical copies of this cascade the whole model runs: the blocks of a language model; 1 otherwise. */
  readonly repeats: number
  readonly unmodelled: readonly UnmodelledOperator[]
  /** What else the reader should know, a sentence each. */
  readonly notes: readonly string[]
}

/** What an importer may be told beside the file. */
export interface ImportOptions {
  /** Sizes of symbolic dimensions by name; one that is needed and missing is a fault with the code below. */
  readonly dimensions: Readonly<Record<string, number>>
  readonly phase?: 'prefill' | 'decode' | undefined
  readonly batch?: number | undefined
  /** Tokens attended to. */
  readonly length?: number | undefined
}

/** Code of the faults that name, as `path`, a dimension that the file leaves open. */
export const MISSING_DIMENSION = 'missing-dimension'
