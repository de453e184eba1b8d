import { describe, expect, it } from 'vitest'
import { chainFusion } from '../../../src/core/mappers/chain-fusion/chain-fusion'
import { retention } from '../../../src/core/mappers/retention/retention'
import { buildWorkload } from '../../../src/core/workload/build-workload'
import { OPTIONS } from '../../support/explore'

const build = (sizes: Record<string, number>, ...einsums: string[]) =>
  buildWorkload({ rank_sizes: sizes, einsums })

const SELF_SHIFT = 'O[p, d] = I[H0: p + r, c] * I[H0: p, c] * G[c, d]'
const SKIP = ['T[q] = I[q, a]', 'V[q] = T[q] * J[q, a]', 'Z[p] = V[Q: p + r] * T[Q: p]']

describe('reads that share a tensor', () => {
  it('takes one tensor at two index expressions in an Einsum', () => {
    const built = build({ p: 6, r: 3, c: 4, d: 3 }, SELF_SHIFT)
    expect(built.ok && built.value.einsums[0]!.inputs.map(({ tensor }) => tensor)).toEqual(['I', 'I', 'G'])
    expect(built.ok && built.value.tensors.find(({ name }) => name === 'I')).toMatchObject({
      size: 32,
      consumers: ['O'],
    })
  })

  it('counts one expression that is written twice as one read', () => {
    const built = build({ m: 4 }, 'Z[m] = A[m] * A[m]')
    expect(built.ok && built.value.einsums[0]!.inputs).toHaveLength(1)
  })

  it('takes a read of part of a rank that it names, by one variable or a sum', () => {
    expect(build({ q: 10, p: 8, r: 3, a: 4 }, ...SKIP).ok).toBe(true)
    expect(build({ q: 20, p: 8, r: 3 }, 'T[q] = I[q]', 'Z[p] = T[Q: p + r]').ok).toBe(true)
  })

  it.each([
    ['part of a rank that is not named', { q: 10, p: 8 }, ['T[q] = I[q]', 'Z[p] = T[p]']],
    ['more than the tensor has', { q: 10, p: 12 }, ['T[q] = I[q]', 'Z[p] = T[Q: p]']],
    ['two sizes of an input', { m: 4, n: 5 }, ['Z[m, n] = A[m] * A[n]']],
  ])('refuses %s', (_, sizes, einsums) => {
    const built = build(sizes as Record<string, number>, ...einsums)
    expect(!built.ok && built.error.map(({ code }) => code)).toEqual(['two-shapes'])
  })

  it('is refused by the searches that do not cover it', () => {
    const twice = build({ p: 6, r: 3, c: 4, d: 3 }, SELF_SHIFT)
    const part = build({ q: 10, p: 8, r: 3, a: 4 }, ...SKIP)
    if (!twice.ok || !part.ok) throw new Error('both parse')
    const single = retention.plan({ workload: twice.value, options: OPTIONS })
    expect(!single.ok && single.error.map(({ code }) => code)).toEqual(['two-indexings'])
    const fused = chainFusion.plan({ workload: part.value, options: OPTIONS }, [])
    expect(!fused.ok && fused.error.map(({ code }) => code)).toEqual(['partial-read'])
  })
})
