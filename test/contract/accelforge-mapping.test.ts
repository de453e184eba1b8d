import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { exportAccelForgeMapping } from '../../src/contract/exchange/accelforge-mapping'
import { curveOf, segmentsAt, viewOf } from '../../src/core/explore/read'
import { buildWorkload } from '../../src/core/workload/build-workload'
import { explore } from '../support/explore'

function exported(buffer: number, einsums: readonly string[], rank_sizes: Record<string, number>) {
  const built = buildWorkload({ rank_sizes, bits_per_value: { All: 8 }, einsums })
  if (!built.ok) throw new Error(JSON.stringify(built.error))
  const found = explore(built.value, { fuse: 'always' })
  const last = curveOf(found, 'fused').bufferBytes.at(-1)!
  const size = Math.min(buffer, last)
  const views = segmentsAt(found, 'fused', size).map((segment) => viewOf(found, built.value, segment, size))
  return exportAccelForgeMapping(views, ['X', 'W0', 'W1', 'Z'])
}

const PAIR = ['T[m, n] = X[m, k] * W0[k, n]', 'Z[m, p] = T[m, n] * W1[n, p]']
const SIZES = { m: 8, k: 4, n: 12, p: 6 }

describe('a mapping for AccelForge', () => {
  it('has every loop, place and Einsum of the tree', () => {
    const yaml = exported(Infinity, PAIR, SIZES)
    if (!yaml.ok) throw new Error(JSON.stringify(yaml.error))
    expect(yaml.value).toMatch(/- !Storage\s+tensors:/)
    const { mapping } = parse(yaml.value, { logLevel: 'silent' }) as { mapping: { nodes: unknown[] } }
    const text = JSON.stringify(mapping)
    // The last point holds T and never writes it.
    expect(text.match(/"component":"MainMemory"/g)).toHaveLength(1)
    for (const part of ['"einsum":"T"', '"einsum":"Z"', '"component":"GlobalBuffer"', '"rank_variable"'])
      expect(text).toContain(part)
    expect(yaml.value).toMatch(/!Sequential[^]*!Nested[^]*!Compute[^]*!Nested[^]*!Compute/)
  })

  it('is refused where it cannot be said, with the reason', () => {
    const yaml = exported(Infinity, ['T[p] = X[H: p + r] * W0[r]', 'Z[q] = T[P: q + s] * W1[s]'], {
      p: 6,
      r: 3,
      q: 4,
      s: 3,
    })
    if (yaml.ok) expect(yaml.value).toContain('!Temporal')
    else expect(yaml.error[0]!.message).toMatch(/cannot be written for AccelForge: (the overlap|the loop)/)
  })
})
