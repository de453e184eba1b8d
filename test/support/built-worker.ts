import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export const OUT = join(import.meta.dirname, '..', '..', 'out')

/** The worker as it is built and shipped; `npm test` builds before it tests. */
export function builtWorker(): string {
  const chunks = join(OUT, 'main', 'chunks')
  const found = readdirSync(chunks).find((name) => name.startsWith('task.worker'))
  if (found === undefined) throw new Error('there is no built worker: run npm run build')
  return join(chunks, found)
}
