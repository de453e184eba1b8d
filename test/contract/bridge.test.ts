import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CHANNEL_NAMES, EVENT_NAMES } from '../../src/contract/bridge'
import { channels, events } from '../../src/contract/messages'
import { OUT } from '../support/built-worker'

it('the preload script allows exactly the names of the contract', () => {
  expect([...CHANNEL_NAMES].sort()).toEqual(Object.keys(channels).sort())
  expect([...EVENT_NAMES].sort()).toEqual(Object.keys(events).sort())
})

it('the built preload script is CommonJS, needs only Electron and exposes one object', () => {
  const script = readFileSync(join(OUT, 'preload', 'index.cjs'), 'utf8')
  expect([...script.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(([, name]) => name)).toEqual([
    'electron',
  ])
  expect(script).not.toMatch(/^\s*(import|export)\s/m)
  expect(script.match(/exposeInMainWorld/g)?.length).toBe(1)
  expect(script.length).toBeLessThan(5000)
})
