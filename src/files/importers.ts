import { importHuggingFaceConfig } from '../core/import/hugging-face/import-config'
import type { ImportedWorkload, ImportOptions } from '../core/import/imported'
import { err, type Result } from '../core/support/result'
import { importWorkload, type Importer } from './import-workload'

/** Formats of other tools, asked in turn whether a file is theirs. */
const IMPORTERS: readonly Importer[] = [importHuggingFaceConfig]

/** Reads any file that Piste knows as a workload. */
export const importFile = (file: string, options: ImportOptions): Promise<Result<ImportedWorkload>> =>
  importWorkload(file, options, IMPORTERS, readBinary)

const readBinary = (file: string): Promise<Result<ImportedWorkload>> =>
  Promise.resolve(
    err([
      {
        code: 'unknown-binary',
        path: '',
        file,
        message: 'The file is neither text nor an ONNX model',
        mend: 'choose a workload in YAML or JSON, a config.json, or an ONNX model',
      },
    ]),
  )
