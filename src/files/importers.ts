import { importAccelForge } from '../contract/exchange/accelforge'
import { importTimeloop } from '../contract/exchange/timeloop-problem'
import { importHuggingFaceConfig } from '../core/interchange/hugging-face/import-config'
import type { ImportedWorkload, ImportOptions } from '../core/interchange/imported'
import { importOnnxGraph } from '../core/interchange/onnx/import-graph'
import type { Result } from '../core/support/result'
import { readOnnxGraph } from './onnx/read-graph'
import { importWorkload, type Importer } from './import-workload'

/** Formats of other tools, asked in turn whether a file is theirs. */
const IMPORTERS: readonly Importer[] = [importHuggingFaceConfig, importTimeloop, importAccelForge]

/** Reads any file that Piste knows as a workload. */
export const importFile = (file: string, options: ImportOptions): Promise<Result<ImportedWorkload>> =>
  importWorkload(file, options, IMPORTERS, readBinary)

/** What is no text is taken for a model; its reader says what is wrong where it is none. */
async function readBinary(file: string, options: ImportOptions): Promise<Result<ImportedWorkload>> {
  const graph = await readOnnxGraph(file)
  return graph.ok ? importOnnxGraph(graph.value, options) : graph
}
