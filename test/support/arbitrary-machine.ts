import fc from 'fast-check'
import type { MappingItem } from '../../src/core/machine/mapping'

/** Draws values inside a property. */
export type Draw = fc.GeneratorValue

export interface DrawnCase {
  readonly architecture: { readonly name: string; readonly nodes: readonly Record<string, unknown>[] }
  readonly workload: {
    readonly ranks: Record<string, number>
    readonly tensors: Record<string, readonly Record<string, number>[]>
    readonly output: string
    readonly width_bits: Record<string, number>
  }
  readonly mapping: readonly MappingItem[]
}

const TENSORS = ['A', 'B', 'C'] as const
type Tensors = DrawnCase['workload']['tensors']

const alone = (...variables: string[]) => variables.map((variable) => ({ [variable]: 1 }))
const GEMM: Tensors = { A: alone('m', 'k'), B: alone('k', 'n'), C: alone('m', 'n') }
const BATCHED: Tensors = { A: alone('h', 'm', 'k'), B: alone('h', 'k', 'n'), C: alone('h', 'm', 'n') }
const VECTOR: Tensors = { A: alone('m', 'k'), B: alone('k'), C: alone('m') }

const conv1 = (stride: number, dilation: number): Tensors => ({
  A: [{ c: 1 }, { p: stride, r: dilation }],
  B: alone('m', 'c', 'r'),
  C: alone('m', 'p'),
})
const conv2 = (stride: number, dilation: number): Tensors => ({
  A: [{ c: 1 }, { p: stride, r: dilation }, { q: 1, s: 1 }],
  B: alone('m', 'c', 'r', 's'),
  C: alone('m', 'p', 'q'),
})

const among = <T>(draw: Draw, values: readonly T[]): T => draw(fc.constantFrom, ...values)
const upTo = (draw: Draw, max: number): number => draw(fc.nat, { max })
const some = (draw: Draw): string[] => TENSORS.filter(() => draw(fc.boolean))

export type Shape = 'plain' | 'windowed'

export function drawWorkload(draw: Draw, shape: Shape, sizes: readonly number[]): DrawnCase['workload'] {
  const tensors =
    shape === 'plain'
      ? among(draw, [GEMM, GEMM, BATCHED, VECTOR])
      : among(draw, [conv1, conv1, conv2])(among(draw, [1, 1, 2, -1]), among(draw, [1, 1, 2]))
  const variables = [
    ...new Set(
      Object.values(tensors)
        .flat()
        .flatMap((terms) => Object.keys(terms)),
    ),
  ]
  const isLarge = variables.length > 5
  return {
    ranks: Object.fromEntries(
      variables.map((variable) => [variable, isLarge ? 1 + upTo(draw, 2) : among(draw, sizes)]),
    ),
    tensors,
    output: 'C',
    width_bits: { A: 8, B: 8, C: 8 },
  }
}

/** Memories without limits, up to two arrays between them, any wiring. */
function drawNodes(draw: Draw): Record<string, unknown>[] {
  const memory = (level: number) => ({
    memory: `L${level}`,
    read_pj_per_byte: 1,
    write_pj_per_byte: 1,
    keep: level === 0 ? TENSORS : [],
    may: TENSORS,
  })
  const array = (name: string) => ({
    array: name,
    link_pj_per_byte: 1,
    dims: ['x', 'y'].slice(0, 1 + upTo(draw, 1)).map((dim) => ({ name: dim, size: 64, share: some(draw) })),
  })
  const inner: Record<string, unknown>[] = Array.from({ length: upTo(draw, 3) }, (_, i) => memory(i + 1))
  for (let a = upTo(draw, 2); a > 0; a--) inner.splice(upTo(draw, inner.length), 0, array(`P${a}`))
  return [memory(0), ...inner, { compute: 'MAC', pj_per_mac: 1, macs_per_s: 1 }]
}

const nameIn = (nodes: DrawnCase['architecture']['nodes'], kind: string) =>
  nodes.flatMap((node) => (kind in node ? [node[kind] as string] : []))

/** A machine and any mapping on it: perfect, or with partial tiles. */
export function drawCase(draw: Draw, shape: Shape, factors: 'perfect' | 'imperfect'): DrawnCase {
  const workload = drawWorkload(draw, shape, factors === 'perfect' ? [1, 2, 3, 4, 6] : [1, 2, 3, 4, 5, 7])
  const nodes = drawNodes(draw)
  const dims = nodes.flatMap((node) =>
    ((node['dims'] ?? []) as { name: string }[]).map(({ name }) => [node['array'] as string, name] as const),
  )
  const sequences: MappingItem[][] = []
  let instances = 1
  for (const [loop, size] of Object.entries(workload.ranks)) {
    const own: MappingItem[] = []
    for (let extent = size; extent > 1;) {
      const tiles = Array.from({ length: extent - 1 }, (_, i) => i + 1).filter(
        (tile) => factors === 'imperfect' || extent % tile === 0,
      )
      const tile = among(draw, tiles)
      const count = Math.ceil(extent / tile)
      const isSpatial = dims.length > 0 && instances * count <= 16 && upTo(draw, 2) === 0
      if (isSpatial) instances *= count
      own.push({ loop, tile, ...(isSpatial ? { at: among(draw, dims) } : {}) })
      extent = tile
    }
    sequences.push(own)
  }
  for (const keep of TENSORS)
    sequences.push(
      nameIn(nodes, 'memory')
        .slice(1)
        .filter(() => draw(fc.boolean))
        .map((level) => ({ keep, in: level })),
    )
  const mapping: MappingItem[] = TENSORS.map((keep) => ({ keep, in: 'L0' }))
  for (let left = sequences.flat().length; left > 0; left--) {
    const open = sequences.filter(({ length }) => length > 0)
    mapping.push(among(draw, open).shift()!)
  }
  return { architecture: { name: 'drawn', nodes }, workload, mapping }
}

/** A machine on which searches differ: tight capacities, any prices, any duties, any wiring. */
export function drawMachine(draw: Draw, levels: number): Record<string, unknown>[] {
  const price = () => among(draw, [0, 0.5, 1, 2, 5, 9])
  const bandwidth = () => among(draw, [null, null, 1e9, 2e9, 4e9])
  const memory = (level: number) => {
    const holds = level === 0 ? [...TENSORS] : some(draw)
    const may = TENSORS.filter((tensor) => !holds.includes(tensor) && draw(fc.boolean))
    return {
      memory: `L${level}`,
      capacity_bytes: level === 0 || upTo(draw, 9) === 0 ? null : 1 + upTo(draw, 14),
      ...(level > 0 && upTo(draw, 7) === 0 ? { capacity_by_role: { B: 1 + upTo(draw, 4) } } : {}),
      read_pj_per_byte: price() * (level === 0 ? 20 : 1),
      write_pj_per_byte: price() * (level === 0 ? 20 : 1),
      read_bytes_per_s: bandwidth(),
      write_bytes_per_s: bandwidth(),
      ports: among(draw, ['shared', 'separate']),
      overlap: among(draw, ['free', 'free', 'free', 'double', 'none']),
      leak_w: among(draw, [0, 0, 0.001]),
      width_bits: upTo(draw, 3) === 0 ? { C: 16 } : {},
      keep: holds,
      may: holds.length + may.length === 0 ? ['A'] : may,
    }
  }
  const array = () => ({
    array: 'PE',
    link_pj_per_byte: among(draw, [0, 0, 2]),
    dims: ['x', 'y'].slice(0, 1 + upTo(draw, 1)).map((name) => ({
      name,
      size: among(draw, [2, 2, 3, 4]),
      share: some(draw),
      only_if_shared: upTo(draw, 4) === 0 ? [among(draw, TENSORS)] : [],
      use: among(draw, ['any', 'any', 'any', 'max']),
    })),
  })
  const inner: Record<string, unknown>[] = Array.from({ length: levels }, (_, i) => memory(i + 1))
  if (upTo(draw, 2) > 0) inner.splice(upTo(draw, inner.length), 0, array())
  return [
    memory(0),
    ...inner,
    { compute: 'MAC', pj_per_mac: 1, macs_per_s: among(draw, [1e9, 4e9]), leak_w: among(draw, [0, 0.0001]) },
  ]
}

/** A small product whose every mapping can be tried. */
export const drawProduct = (draw: Draw): DrawnCase['workload'] => drawWorkload(draw, 'plain', [1, 2, 2, 3, 4])

/** A small convolution along one dimension. */
export const drawWindow = (draw: Draw): DrawnCase['workload'] => ({
  ranks: {
    p: among(draw, [1, 2, 3, 4]),
    r: among(draw, [1, 2, 3]),
    c: among(draw, [1, 1, 2]),
    m: among(draw, [1, 2]),
  },
  tensors: conv1(among(draw, [1, 1, 2]), among(draw, [1, 1, 2])),
  output: 'C',
  width_bits: { A: 8, B: 8, C: 8 },
})
