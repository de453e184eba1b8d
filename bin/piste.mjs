#!/usr/bin/env node
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildIfNeeded, projectRoot } from '../scripts/build-if-needed.mjs'

buildIfNeeded()
await import(pathToFileURL(join(projectRoot, 'out', 'main', 'cli.js')).href)
