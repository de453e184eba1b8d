import { describe, expect, it } from 'vitest'
import { parseCaseText } from '../../../src/contract/case-file'
import { evaluateMapping } from '../../../src/core/machine/countable'
import { readMapping, type MappingItem } from '../../../src/core/machine/mapping'
import { machineProblem } from '../../../src/core/machine/problem'
import { problemOf, valueOf } from '../../support/machine'

const memory = (name: string, more: object = {}) => ({
  memory: name,
  read_pj_per_byte: 1,
  write_pj_per_byte: 1,
  keep: ['A', 'B', 'C'],
  ...more,
})
const MAC = { compute: 'MAC', pj_per_mac: 1, macs_per_s: 1e9 }
const GEMM = {
  ranks: { m: 4, k: 2, n: 2 },
  tensors: { A: [{ m: 1 }, { k: 1 }], B: [{ k: 1 }, { n: 1 }], C: [{ m: 1 }, { n: 1 }] },
  output: 'C',
}
const CONV = {
  ranks: { p: 4, r: 2, m: 2 },
  tensors: { A: [{ p: 1, r: 1 }], B: [{ r: 1 }, { m: 1 }], C: [{ p: 1 }, { m: 1 }] },
  output: 'C',
}
const keep = (level: string, tensors = 'ABC'): MappingItem[] =>
  [...tensors].map((one) => ({ keep: one, in: level }))
const loops = (names: string): MappingItem[] => [...names].map((loop) => ({ loop, tile: 1 }))

/** The faults of a mapping, as `code: message`. */
function faultsOf(
  nodes: object[],
  mapping: readonly MappingItem[],
  workload: object = GEMM,
  factors = 'perfect',
): string[] {
  const problem = problemOf({ architecture: { nodes: [memory('DRAM'), ...nodes, MAC] }, workload })
  const nest = readMapping(problem, mapping, factors as 'perfect')
  const found = nest.ok ? evaluateMapping(nest.value, 'machine') : nest
  return found.ok ? [] : found.error.map(({ code, message }) => `${code}: ${message}`)
}

const array = (dim: object) => ({ array: 'PE', dims: [{ name: 'x', size: 2, ...dim }] })
const at = ['PE', 'x'] as const

describe('what a mapping violates is named, with the shortfall', () => {
  it.each<[string, object[], MappingItem[], object, RegExp]>([
    [
      'a tensor without a holder',
      [],
      [...keep('DRAM', 'AB'), ...loops('mkn')],
      GEMM,
      /tensor-unheld: C has no holder/,
    ],
    [
      'the first memory missing',
      [memory('L1')],
      [...keep('DRAM', 'AB'), ...keep('L1', 'C'), ...loops('mkn')],
      GEMM,
      /first-memory-missing: C is not held in DRAM/,
    ],
    [
      'levels out of order',
      [memory('L1'), memory('L2')],
      [...keep('DRAM'), ...keep('L2'), ...keep('L1'), ...loops('mkn')],
      GEMM,
      /level-order: A is held in L1 inside L2/,
    ],
    [
      'a level twice',
      [memory('L1')],
      [...keep('DRAM'), ...keep('L1'), ...keep('L1', 'A'), ...loops('mkn')],
      GEMM,
      /level-twice: A is held in L1 twice/,
    ],
    [
      'a level that must hold',
      [memory('L1')],
      [...keep('DRAM'), ...keep('L1', 'AB'), ...loops('mkn')],
      GEMM,
      /level-must: L1 must hold C/,
    ],
    [
      'a level that may not hold',
      [memory('L1', { keep: ['A'] })],
      [...keep('DRAM'), ...keep('L1', 'AB'), ...loops('mkn')],
      GEMM,
      /level-may-not: L1 may not hold B/,
    ],
    [
      'more instances than there are',
      [array({})],
      [...keep('DRAM'), { loop: 'm', tile: 1, at }, ...loops('kn')],
      GEMM,
      /dim-exceeded: 4 instances are used on PE\.x, which has 2: 2 too many/,
    ],
    [
      'a loop that indexes what is shared',
      [array({ share: ['A'], only_if_shared: ['A'] })],
      [...keep('DRAM'), ...loops('mn'), { loop: 'k', tile: 1, at }],
      GEMM,
      /not-shared: The loop over k on PE\.x indexes A/,
    ],
    [
      'a rank that is not allowed',
      [array({ ranks: ['n'] })],
      [...keep('DRAM'), ...loops('mn'), { loop: 'k', tile: 1, at }],
      GEMM,
      /rank-not-allowed: No loop over k may run on PE\.x/,
    ],
    [
      'an array that is not full',
      [array({ use: 'max' })],
      [...keep('DRAM'), ...loops('mkn')],
      GEMM,
      /use-max: 1 of 2 instances/,
    ],
    [
      'a tile that is left over',
      [],
      [...keep('DRAM'), ...loops('kn'), { loop: 'm', tile: 2 }],
      GEMM,
      /tile-left: 2 of the 4 values of m/,
    ],
    [
      'a tile that does not divide',
      [],
      [...keep('DRAM'), { loop: 'm', tile: 3 }],
      GEMM,
      /tile-not-dividing: .*1 are left over/,
    ],
    [
      'a tile that is no interval',
      [array({}), memory('L1', { keep: ['A'] })],
      [
        ...keep('DRAM'),
        ...keep('L1', 'A'),
        { loop: 'p', tile: 2 },
        { loop: 'p', tile: 1, at },
        ...loops('rm'),
      ],
      CONV,
      /tile-no-interval: The tile of A in L1 is no interval of p/,
    ],
    [
      'a capacity',
      [memory('L1', { capacity_bytes: 15 })],
      [...keep('DRAM'), ...keep('L1'), ...loops('mkn')],
      GEMM,
      /capacity: L1 needs 20 B \(A 8, B 4, C 8\) and has 15 B: 5 B too few/,
    ],
    [
      'a capacity with room for the next tiles',
      [memory('L1', { capacity_bytes: 39, overlap: 'double' })],
      [...keep('DRAM'), ...keep('L1'), ...loops('mkn')],
      GEMM,
      /capacity: L1 needs 40 B/,
    ],
    [
      'the capacity for one tensor',
      [memory('L1', { capacity_by_role: { weight: 3 } })],
      [...keep('DRAM'), ...keep('L1'), ...loops('mkn')],
      GEMM,
      /capacity: L1 for B needs 4 B .* and has 3 B/,
    ],
  ])('%s', (_, nodes, mapping, workload, message) => {
    expect(faultsOf(nodes, mapping, workload)).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    )
  })

  it('partial tiles are refused where windows overlap, and under the rules of the peer', () => {
    const mapping: MappingItem[] = [...keep('DRAM'), { loop: 'p', tile: 3 }, ...loops('prm')]
    expect(faultsOf([], mapping, CONV, 'imperfect')).toEqual([expect.stringMatching(/^partial-window/)])
  })

  it('a mapping that violates nothing has no faults', () => {
    expect(
      faultsOf([memory('L1', { capacity_bytes: 20 })], [...keep('DRAM'), ...keep('L1'), ...loops('mkn')]),
    ).toEqual([])
  })
})

describe('machines that are wrong', () => {
  const faultOf = (nodes: unknown[], workload: object = GEMM): string => {
    const read = parseCaseText(JSON.stringify({ architecture: { nodes }, workload }))
    const found = read.ok ? machineProblem(read.value.machine!, read.value.workload!.einsums[0]!) : read
    return found.ok ? '' : `${found.error[0]!.path}: ${found.error[0]!.message}`
  }

  it.each<[string, unknown[], RegExp]>([
    ['no compute node', [memory('DRAM')], /nodes: There is no compute node/],
    [
      'a level that no tensor may use',
      [memory('DRAM'), memory('L1', { keep: [] }), MAC],
      /nodes\[1\]\.may: No tensor may use L1/,
    ],
    [
      'a tensor that nothing may hold',
      [memory('DRAM', { keep: ['A', 'B'] }), MAC],
      /nodes\[0\]\.keep: The first memory may not hold C/,
    ],
    [
      'an unknown tensor',
      [memory('DRAM'), memory('L1', { keep: ['X'] }), MAC],
      /nodes\[1\]\.keep: There is no such tensor or role/,
    ],
    ['a name twice', [memory('DRAM'), memory('DRAM'), MAC], /nodes\[1\]: This name stands twice/],
    [
      'an array without dims',
      [memory('DRAM'), { array: 'PE', dims: [] }, MAC],
      /nodes\[1\]\.dims: PE has no dimension/,
    ],
    [
      'no rate',
      [memory('DRAM'), { compute: 'MAC', pj_per_mac: 1 }],
      /nodes\[1\]\.macs_per_s: The compute node has no rate/,
    ],
    [
      'a size that is no whole number',
      [memory('DRAM'), array({ size: 1.5 }), MAC],
      /nodes\[1\]\.dims\[0\]\.size/,
    ],
  ])('%s', (_, nodes, message) => {
    expect(faultOf(nodes)).toMatch(message)
  })

  it('the output may not be a window', () => {
    const workload = { ...CONV, tensors: { ...CONV.tensors, C: [{ p: 1, r: 1 }, { m: 1 }] } }
    expect(faultOf([memory('DRAM'), MAC], workload)).toMatch(/einsums\[0\]\.einsum: Each rank/)
  })

  it('a case reads as it was written', () => {
    const { machine } = valueOf(
      parseCaseText(JSON.stringify({ architecture: { nodes: [memory('DRAM'), MAC] } })),
    )
    expect(machine!.nodes.map(({ name }) => name)).toEqual(['DRAM', 'MAC'])
  })
})
