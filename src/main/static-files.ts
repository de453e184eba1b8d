import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { lookUp } from '../core/support/look-up'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

export interface StaticFile {
  readonly type: string
  readonly content: Buffer
}

/** A file of the built window, or undefined for what is not there or lies outside the folder. */
export async function staticFile(folder: string, urlPath: string): Promise<StaticFile | undefined> {
  let relative: string
  try {
    relative = normalize(decodeURIComponent(urlPath))
  } catch {
    return undefined
  }
  const file = join(folder, relative === sep || relative === '/' ? 'index.html' : relative)
  const type = lookUp(TYPES, extname(file))
  if (!file.startsWith(folder + sep) || file.includes('\0') || type === undefined) return undefined
  try {
    return { type, content: await readFile(file) }
  } catch {
    return undefined
  }
}
