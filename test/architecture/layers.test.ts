import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '..', '..', 'src')

/** Who may import whom, and which packages; `node` stands for Node's own modules. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  contract: ['contract', 'core', 'valibot', 'yaml'],
  charts: ['charts', 'core', 'echarts', '@dagrejs', 'd3-contour'],
  workers: ['workers', 'core', 'contract', 'lru-cache', 'node'],
  files: [
    'files',
    'core',
    'contract',
    'charts',
    'workers',
    'node',
    'valibot',
    'yaml',
    'chrome-launcher',
    'echarts',
    '@bufbuild',
  ],
  main: [
    'main',
    'core',
    'contract',
    'workers',
    'files',
    'node',
    'valibot',
    'devalue',
    'ws',
    'birpc',
    'package.json',
  ],
  'main/desktop': ['main', 'core', 'contract', 'workers', 'files', 'node', 'electron'],
  preload: ['preload', 'contract', 'electron'],
  cli: ['cli', 'core', 'contract', 'workers', 'files', 'node', 'commander', 'valibot', 'yaml'],
  renderer: [
    'renderer',
    'core',
    'contract',
    'charts',
    'vue',
    'pinia',
    '@vueuse',
    'echarts',
    'vue-echarts',
    'reka-ui',
    'marked',
    'devalue',
    'birpc',
    'yaml',
    '@codemirror',
  ],
}

/** Inside core: each folder imports only those above it in this table, so that there is no cycle. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  support: [],
  units: ['support'],
  workload: ['support', 'units'],
  architecture: ['units'],
  front: ['units'],
  mapping: ['support', 'units'],
  model: ['support', 'workload', 'mapping'],
  mappers: ['support', 'units', 'workload', 'front', 'mapping', 'model'],
  machine: ['support', 'units', 'workload', 'model'],
  explore: ['support', 'units', 'workload', 'front', 'mapping', 'mappers'],
  analysis: ['support', 'units', 'workload', 'architecture', 'front', 'mappers', 'explore'],
  study: ['support', 'units', 'architecture', 'front', 'analysis'],
  tasks: ['support', 'machine', 'mappers', 'study'],
  interchange: ['support', 'units', 'workload'],
  report: [
    'support',
    'units',
    'workload',
    'architecture',
    'front',
    'mapping',
    'mappers',
    'explore',
    'analysis',
    'study',
  ],
}

/** Inside `core/mappers`: what all share, then each mapper, then the table of them. */
const MAPPERS: Readonly<Record<string, readonly string[]>> = {
  'strategy.ts': [],
  'mapper.ts': ['strategy.ts'],
  'each-einsum': ['strategy.ts', 'mapper.ts'],
  uniform: ['each-einsum'],
  retention: ['each-einsum', 'uniform'],
  'chain-fusion': ['strategy.ts', 'mapper.ts', 'each-einsum'],
  'loop-trees': ['strategy.ts', 'mapper.ts', 'each-einsum', 'chain-fusion'],
  'table.ts': ['mapper.ts', 'uniform', 'retention', 'chain-fusion', 'loop-trees'],
}

/**
 * Who may import whom inside the window, lowest first: a folder imports only folders above it in this table, so there is
 * no cycle. The files beside the folders (`App.vue`, `main.ts`) import all of them.
 */
const WINDOW: Readonly<Record<string, readonly string[]>> = {
  styles: [],
  client: [],
  widgets: [],
  stores: ['client'],
  inspector: ['stores'],
  charts: ['client', 'stores', 'widgets', 'inspector'],
  architecture: ['client', 'stores', 'widgets', 'inspector'],
  designs: ['stores', 'widgets', 'inspector'],
  strategies: ['stores', 'inspector', 'charts'],
  'trade-offs': ['stores', 'widgets', 'inspector', 'charts'],
  workload: ['client', 'stores', 'widgets', 'strategies'],
  dialogs: ['client', 'stores', 'widgets'],
  shell: [
    'client',
    'stores',
    'widgets',
    'dialogs',
    'workload',
    'inspector',
    'designs',
    'strategies',
    'trade-offs',
  ],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(ts|vue)$/.test(file),
)

function layerOf(file: string): string {
  const [layer, folder] = file.split(sep)
  return `${layer}/${folder}` in ALLOWED ? `${layer}/${folder}` : layer!
}

/** The layer, package or `node` that an import leads to. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const path = relative(SRC, resolve(SRC, dirname(file), specifier))
    return path.startsWith('..') ? specifier.split('/').at(-1)! : path.split(sep)[0]!
  }
  return specifier.startsWith('node:') ? 'node' : specifier.split('/')[0]!
}

/** Everything that a file imports or re-exports, as written. */
const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(SRC, file), 'utf8').matchAll(
      /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?from\s)?['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/g,
    ),
  ].map((match) => match[1] ?? match[2]!)

describe('layers', () => {
  it.each(files)('%s imports only what its layer may', (file) => {
    const targets = importsOf(file).map((specifier) => targetOf(file, specifier))
    expect(targets.filter((target) => !ALLOWED[layerOf(file)]!.includes(target))).toEqual([])
  })

  it.each([
    ['core', CORE],
    ['core/mappers', MAPPERS],
    ['renderer', WINDOW],
  ])('inside %s, folders import only those above them in the table', (root, table) => {
    const names = Object.keys(table)
    for (const [folder, allowed] of Object.entries(table))
      for (const target of allowed)
        expect(names.indexOf(target), `${folder} -> ${target}`).toBeLessThan(names.indexOf(folder))
    const placeOf = (path: string): string => {
      const place = relative(join(SRC, root), path).split(sep)[0]!
      return `${place}.ts` in table ? `${place}.ts` : place
    }
    const inside = files.filter((file) => !relative(root, file).startsWith('..'))
    expect(inside.length).toBeGreaterThan(10)
    const wrong = inside.flatMap((file) => {
      const place = placeOf(join(SRC, file))
      // Files beside the folders start the program: they may import all of them.
      if (root === 'renderer' && /\.(ts|vue)$/.test(place)) return []
      return importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => placeOf(resolve(SRC, dirname(file), specifier)))
        .filter((target) => target !== '..' && target !== place && !table[place]?.includes(target))
        .map((target) => `${file} -> ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('no module passes 300 lines', () => {
    for (const file of files)
      expect(readFileSync(join(SRC, file), 'utf8').split('\n').length, file).toBeLessThanOrEqual(301)
  })
})
