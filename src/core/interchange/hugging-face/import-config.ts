import type { ImportedWorkload, ImportOptions } from '../imported'
import { err, ok, type Result } from '../../support/result'
import { blockNotes, blockText } from './block-text'
import { blockOfConfig } from './families'

/** Without a length, models of long contexts are looked at no further than this. */
const USUAL_LENGTH = 8192

/** A model's `config.json` as the cascade of one of its blocks; undefined where it is no such file. */
export function importHuggingFaceConfig(
  content: unknown,
  options: ImportOptions,
): Result<ImportedWorkload> | undefined {
  const found = blockOfConfig(content)
  if (found === undefined || !found.ok) return found
  const block = found.value
  if (options.phase === 'decode' && !block.decodes)
    return err([
      {
        code: 'no-decode',
        path: 'model_type',
        message: 'This family attends to all tokens at once and has no decode phase',
        value: 'decode',
        hint: 'import it for prefill',
      },
    ])
  const run = {
    phase: options.phase ?? 'prefill',
    batch: options.batch ?? 1,
    length: options.length ?? Math.min(block.longest, USUAL_LENGTH),
  }
  const source = `config.json of ${block.name} (Hugging Face)`
  const beyond = run.length > block.longest ? [`The model was made for at most ${block.longest} tokens.`] : []
  return ok({
    format: 'hugging-face',
    name: block.name,
    text: blockText(block, run, source),
    repeats: block.blocks,
    unmodelled: [],
    notes: [...blockNotes(block), ...beyond],
  })
}
