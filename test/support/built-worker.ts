import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export const OUT = join(import.meta.dirname, '..', '..', 'out')

/** A built worker as it is shipped; `npm test` builds it first. */
export function builtWorker(name: 'task' | 'reading' = 'task'): string {
  const chunks = join(OUT, 'main', 'chunks')
  const found = readdirSync(chunks).find((file) => file.startsWith(`${name}.worker`))
  if (found === undefined) throw new Error('there is no built worker: run npm run build')
  return join(chunks, found)
}
