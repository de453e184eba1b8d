import { resolve } from 'node:path'

/** The project that a command line names, seen from the folder that it was typed in. */
export function projectIn(argv: readonly string[], folder: string): string | null {
  const named = argv.slice(1).find((arg) => arg.endsWith('.piste') && !arg.startsWith('-'))
  return named === undefined ? null : resolve(folder, named)
}
