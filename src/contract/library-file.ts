import * as v from 'valibot'
import { stringify } from 'yaml'
import { err, ok, type Result } from '../core/support/result'
import { architectureSchema, chipSchema, technologySchema } from './architecture-schema'
import { faultOf } from './parse-project'

/** What a user keeps besides the presets, one in each file: `technology:`, `chip:` or `architecture:`. */
export const librarySchema = v.variant('kind', [
  v.object({ kind: v.literal('technology'), entry: technologySchema }),
  v.object({ kind: v.literal('chip'), entry: chipSchema }),
  v.object({ kind: v.literal('architecture'), entry: architectureSchema }),
])
export type LibraryEntry = v.InferOutput<typeof librarySchema>

export type EntryOf<K extends LibraryEntry['kind']> = Extract<LibraryEntry, { kind: K }>

/** Whether an entry is of a kind. */
export const isOf =
  <K extends LibraryEntry['kind']>(kind: K) =>
  (one: LibraryEntry): one is EntryOf<K> =>
    one.kind === kind

export const LIBRARY_KINDS = ['technology', 'chip', 'architecture'] as const

/** Prefix of the user's own ids, so that they never replace a preset's. */
export const OWN_PREFIX = 'own-'

export const ownId = (name: string): string =>
  `${OWN_PREFIX}${
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'unnamed'
  }`

/** An entry as a file that can be passed on. */
export const printLibraryEntry = ({ kind, entry }: LibraryEntry): string =>
  stringify({ [kind]: entry }, { lineWidth: 0 })

/** The entry in a file's content; undefined if it is none. */
export function libraryEntryIn(content: unknown): Result<LibraryEntry> | undefined {
  if (typeof content !== 'object' || content === null) return undefined
  const kind = LIBRARY_KINDS.find((candidate) => Object.hasOwn(content, candidate))
  if (kind === undefined || 'workload' in content || 'problem' in content) return undefined
  const given = (content as Record<string, unknown>)[kind]
  // Timeloop's architectures begin with the same word.
  if (typeof given === 'object' && given !== null && ('nodes' in given || 'subtree' in given))
    return undefined
  const checked = v.safeParse(librarySchema, { kind, entry: given })
  return checked.success
    ? ok(checked.output)
    : err(
        checked.issues.map((issue) => {
          const fault = faultOf(issue)
          return { ...fault, path: fault.path.replace(/^entry/, kind) }
        }),
      )
}
