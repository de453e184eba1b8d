import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user's recent files and autosaves lie; `PISTE_DATA` overrides. */
export function dataFolder(): string {
  const given = process.env['PISTE_DATA']
  if (given !== undefined && given !== '') return given
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'piste')
  if (process.platform === 'win32') return join(process.env['APPDATA'] ?? homedir(), 'piste')
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'piste')
}

/** The same folder, there and closed to everybody else: unsaved work and what a browser keeps lie in it. */
export function ownDataFolder(): string {
  const folder = dataFolder()
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch {
    // Whoever writes into it is told why that fails.
  }
  return folder
}
