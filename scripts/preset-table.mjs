import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildIfNeeded, projectRoot } from './build-if-needed.mjs'

buildIfNeeded()
await import(pathToFileURL(join(projectRoot, 'out', 'main', 'preset-table.js')).href)
