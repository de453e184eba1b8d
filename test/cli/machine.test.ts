import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { referenceCases } from '../support/machine'
import { runPiste } from '../support/run-piste'

vi.setConfig({ testTimeout: 60_000 })

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'machine')
const folder = mkdtempSync(join(tmpdir(), 'piste-machine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const piste = (...args: string[]) => runPiste(join(folder, 'data'), args)
const fixture = (name: string) => join(FIXTURES, `${name}.json`)

async function pisteJson(...args: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await piste(...args, '--format', 'json')
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as Record<string, unknown>
}

/** A case file with changes, and its path. */
function written(name: string, change: (content: Record<string, unknown>) => void): string {
  const content = JSON.parse(readFileSync(fixture('tiny01'), 'utf8')) as Record<string, unknown>
  change(content)
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}

describe('piste evaluate', () => {
  it('prints what the reference case expects, under both rules', async () => {
    const [reference] = referenceCases('peer_simba_gemm1024_energy')
    for (const rules of ['peer', 'machine'] as const) {
      const found = await pisteJson('evaluate', fixture('peer_simba_gemm1024_energy'), '--rules', rules)
      expect(found['counts']).toEqual(reference!.expected[rules]!.counts)
      expect(found['occupancy_bytes']).toEqual(reference!.expected[rules]!.occupancy_bytes)
      expect((found['total_pj'] as number) / reference!.expected[rules]!.total_pj!).toBeCloseTo(1, 9)
    }
  })

  it('reads YAML with one of our workloads, and prints a table for people', async () => {
    const file = join(folder, 'case.yaml')
    writeFileSync(
      file,
      `
architecture:
  nodes:
    - { memory: DRAM, read_pj_per_byte: 64, write_pj_per_byte: 64, keep: [input, weight, output] }
    - { memory: Buffer, capacity_bytes: 16, read_pj_per_byte: 1, write_pj_per_byte: 1, keep: [input, weight, output] }
    - { compute: MAC, pj_per_mac: 1, clock_hz: 1e9 }
workload:
  rank_sizes: { m: 2, k: 3, n: 4 }
  einsums: ['C[m,n] = A[m,k] * B[k,n]']
mapping:
  - { keep: A, in: DRAM }
  - { keep: B, in: DRAM }
  - { keep: C, in: DRAM }
  - { loop: n, tile: 1 }
  - { keep: A, in: Buffer }
  - { keep: B, in: Buffer }
  - { keep: C, in: Buffer }
  - { loop: k, tile: 1 }
  - { loop: m, tile: 1 }
`,
    )
    const { counts, occupancy_bytes } = await pisteJson('evaluate', file)
    expect(occupancy_bytes).toEqual({ Buffer: 11 })
    expect(counts).toMatchObject({
      'A@Buffer': { fills: 6, reads: 24 },
      'B@Buffer': { fills: 12, reads: 24 },
      'C@Buffer': { fills: 0, drains: 8, reads: 16, writes: 24 },
    })
    const { stdout } = await piste('evaluate', file)
    expect(stdout).toMatch(/for k in tiles of 1/)
    expect(stdout).toMatch(/limited by MAC/)
  })

  it.each([
    [
      'a tile that does not divide',
      [{ loop: 'm', tile: 3 }],
      /mapping\[3\]\.tile: The tile does not divide.*found 3/,
    ],
    ['a tile that is left over', [{ loop: 'm', tile: 2 }], /mapping: 2 of the 4 values of m are left/],
    [
      'an unknown memory',
      [{ keep: 'A', in: 'L9' }],
      /mapping\[3\]\.in: There is no such memory \(found L9\)/,
    ],
  ])('refuses %s', async (_, items, message) => {
    const mapping = [...'ABC'].map((keep) => ({ keep, in: 'DRAM' }))
    const file = written('bad.json', (content) => (content['mapping'] = [...mapping, ...items]))
    const { status, stderr } = await piste('evaluate', file, '--factors', 'perfect')
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).toContain('bad.json')
  })

  it('refuses what the machine forbids, with the shortfall', async () => {
    const loops = ['m', 'k', 'n'].map((loop) => ({ loop, tile: 1 }))
    const kept = ['DRAM', 'Buffer'].flatMap((level) => [...'ABC'].map((keep) => ({ keep, in: level })))
    const file = written('full.json', (content) => (content['mapping'] = [...kept, ...loops]))
    const { status, stderr } = await piste('evaluate', file)
    expect(status).toBe(2)
    expect(stderr).toMatch(/Buffer needs 64 B \(A 24, B 24, C 16\) and has 16 B: 48 B too few \(found 64\)/)
  })

  it.each([
    [
      'bandwidth zero',
      { read_bytes_per_s: 0 },
      /architecture\.nodes\[0\]\.read_bytes_per_s: The bandwidth must be from 1/,
    ],
    [
      'an absurd energy',
      { read_pj_per_byte: 1e300 },
      /read_pj_per_byte: The energy per byte must be from 0 to/,
    ],
    ['an unknown field', { size: 1 }, /architecture\.nodes\[0\]\.size/],
    [
      'a bounded first memory',
      { capacity_bytes: 8 },
      /nodes\[0\]\.capacity_bytes: The first memory is bounded \(found 8\)/,
    ],
  ])('refuses %s', async (_, change, message) => {
    const file = written('machine.json', (content) => {
      Object.assign((content['architecture'] as { nodes: object[] }).nodes[0]!, change)
    })
    const { status, stderr } = await piste('evaluate', file)
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
  })
})

describe('piste map', () => {
  it('finds the optimum of a case for each objective, and says that it is proven', async () => {
    const [tiny] = referenceCases('tiny03')
    for (const objective of ['energy', 'latency', 'edp']) {
      const found = await pisteJson('map', fixture('tiny03'), '--objective', objective)
      expect((found['value'] as number) / tiny!.optimum[objective]!.value).toBeCloseTo(1, 9)
      expect(found).toMatchObject({ objective, proven: true, gap: 0 })
    }
  })

  it('maps an Einsum of a preset on a shipped machine', async () => {
    const found = await pisteJson('map', 'gemm-4k', '--machine', 'nvdla_like', '--objective', 'traffic:DRAM')
    const read = (found['bytes_read'] as Record<string, number>)['DRAM']!
    const written = (found['bytes_written'] as Record<string, number>)['DRAM']!
    expect(found['value']).toBe(read + written)
  })

  it('keeps to constraints, and says where they contradict the machine', async () => {
    const constrained = (constraints: unknown) =>
      written('constrained.json', (c) => (c['constraints'] = constraints))
    const found = await pisteJson(
      'map',
      constrained({ holders: { A: [] }, spatial: [{ loop: 'm', at: ['PE', 'x'], count: 2 }] }),
    )
    expect(Object.keys(found['counts'] as object)).not.toContain('A@Buffer')
    expect(found['mapping']).toContainEqual({ loop: 'm', tile: 1, at: ['PE', 'x'] })
    const { status, stderr } = await piste('map', constrained({ holders: { A: ['L7'] } }))
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/constraints\.holders\.A: There is no such memory \(found L7\)/),
    ])
  })

  it('names the smallest capacity where nothing can fit', async () => {
    const file = written('small.json', (content) => {
      const [, buffer] = (content['architecture'] as { nodes: Record<string, unknown>[] }).nodes
      Object.assign(buffer!, { capacity_bytes: 2, keep: ['A', 'B', 'C'], may: [] })
    })
    const { status, stderr } = await piste('map', file)
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /nodes\[1\]\.capacity_bytes: No tile can ever fit.*takes 3 B, 1 B more than there is \(found 2\); the smallest capacity that works is 3 B/,
    )
  })

  it.each([
    [['--objective', 'traffic:L9'], /--objective: There is no such objective \(found traffic:L9\)/],
    [['--machine', 'nothing'], /--machine: There is no such machine \(found nothing\)/],
    [['--einsum', 'X'], /--einsum: There is no such Einsum \(found X\)/],
  ])('refuses %s', async (args, message) => {
    const { status, stderr } = await piste('map', fixture('tiny01'), ...args)
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
  })
})
