import type { ImportedWorkload, ImportOptions } from '../imported'
import { err, ok, type Result } from '../../support/result'
import { blockNotes, blockText } from './block-text'
import { blockOfConfig } from './families'

/** Default length for models of longer contexts. */
const USUAL_LENGTH = 8192

/** A model's `config.json` as the cascade of one of its blocks; undefined if it is no such file. */
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
  const phase = options.phase ?? 'prefill'
  const length = options.length ?? Math.min(block.longest, USUAL_LENGTH)
  const { window } = block
  // A new token attends to its window; a whole sequence's band of scores is no box of tokens.
  const attended = phase === 'decode' && window !== null ? Math.min(length, window) : length
  const run = { phase, batch: options.batch ?? 1, length: attended }
  const source = `config.json of ${block.name} (Hugging Face)`
  const beyond = length > block.longest ? [`The model was made for at most ${block.longest} tokens.`] : []
  return ok({
    format: 'hugging-face',
    name: block.name,
    text: blockText(block, run, source),
    repeats: block.blocks,
    unmodelled: [],
    notes: [...blockNotes(block), ...windowNotes(window, phase, length), ...beyond],
  })
}

/** What a sliding window of attention comes to. */
function windowNotes(window: number | null, phase: 'prefill' | 'decode', length: number): readonly string[] {
  if (window === null || window >= length) return []
  return phase === 'decode'
    ? [`Attention looks at the last ${window} tokens (sliding_window): the cache has that many.`]
    : [
        `Attention looks at the last ${window} tokens (sliding_window); the cascade attends to all ${length}, which moves more.`,
      ]
}
