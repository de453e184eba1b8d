import type { Execution } from '../../../../src/core/mappers/mapper'
import type { Strategy } from '../../../../src/core/mappers/strategy'
import { leastTraffic } from '../../../../src/core/front/read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chain } from '../../../../src/core/mappers/chain-fusion/chain'
import {
  chainFront,
  pairFront,
  type AloneFronts,
} from '../../../../src/core/mappers/chain-fusion/chain-fronts'
import { productFront } from '../../../../src/core/mappers/chain-fusion/product-front'

import { costOfSegment } from '../../../../src/core/mappers/chain-fusion/segment-cost'

import { arbitraryChain } from '../../../support/arbitrary-chain'
import {
  aloneWays,
  least,
  pareto,
  segmentedLeast,
  segmentWays,
  type Form,
  type Way,
} from '../../../support/fusion-reference'

const RUNS = 150

const aloneOf = ({ members, links }: Chain): AloneFronts => ({
  members: members.map(({ ranks, bytesPerValue }) => productFront(ranks, bytesPerValue)),
  links: links.map(() => null),
})

/** Every segment that the paper allows, searched exhaustively; each once. */
function segmentTable(chain: Chain, execution: Execution): (from: number, to: number) => readonly Way[] {
  const known = new Map<string, readonly Way[]>()
  return (from, to) => {
    const key = `${from}-${to}`
    const found =
      known.get(key) ??
      pareto(
        from === to
          ? aloneWays(chain.members[from]!)
          : [
              ...segmentWays(chain, from, to, 'kn', execution),
              ...(to === from + 1 ? segmentWays(chain, from, to, 'flash', execution) : []),
            ],
      )
    known.set(key, found)
    return found
  }
}

/** Sizes at which either curve could step, and one that is too small for any mapping. */
const sizesOf = (front: { readonly buffer: Float64Array }, ways: readonly Way[]): number[] => [
  0,
  ...front.buffer,
  ...pareto(ways).map(({ need }) => need),
]

describe('fusion against exhaustive search by the paper’s formulas', () => {
  it('products alone, with operands pinned or not', () => {
    fc.assert(
      fc.property(arbitraryChain(2), fc.boolean(), fc.boolean(), ({ members }, input, output) => {
        const member = members[0]!
        const front = productFront(member.ranks, member.bytesPerValue, { input, output })
        const ways = aloneWays(member, { input, output })
        for (const size of sizesOf(front, ways)) expect(leastTraffic(front, size)).toBe(least(ways, size))
      }),
      { numRuns: RUNS },
    )
  })

  for (const execution of ['sequential', 'pipelined'] as const) {
    const forms: readonly (readonly [Strategy, Form])[] = [
      ['tiled', 'kn'],
      ['flat', 'flat'],
      ['flashattention', 'flash'],
    ]
    for (const [strategy, form] of forms)
      it(`${strategy}, ${execution}: one segment`, () => {
        fc.assert(
          fc.property(arbitraryChain(form === 'kn' ? 4 : 2), (chain) => {
            const members = chain.members.map((member) =>
              // FLAT and FlashAttention are tested here on any pair, attention or not.
              form === 'kn' ? member : { ...member, batch: 1 },
            )
            const pair = { ...chain, members }
            const front = fusedFront(pair, strategy, execution)
            const ways = segmentWays(pair, 0, members.length - 1, form, execution)
            for (const size of sizesOf(front, ways)) expect(leastTraffic(front, size)).toBe(least(ways, size))
          }),
          { numRuns: RUNS },
        )
      })

    it(`segmented, ${execution}: every cut, every strategy`, () => {
      fc.assert(
        fc.property(arbitraryChain(5), (chain) => {
          const front = chainFront(chain, 'segmented', aloneOf(chain), execution)
          const table = segmentTable(chain, execution)
          const { length } = chain.members
          const sizes = new Set(front.buffer)
          for (let from = 0; from < length; from++)
            for (let to = from; to < length; to++) for (const { need } of table(from, to)) sizes.add(need)
          for (const size of sizes)
            expect(leastTraffic(front, size)).toBe(segmentedLeast(table, length, size))
        }),
        { numRuns: RUNS },
      )
    })

    it(`the segments of every point cost what the point says: ${execution}`, () => {
      fc.assert(
        fc.property(arbitraryChain(5), (chain) => {
          const alone = aloneOf(chain)
          const front = chainFront(chain, 'segmented', alone, execution)
          for (const [i, plan] of front.tags.entries()) {
            let [need, traffic] = [0, 0]
            for (const segment of plan) {
              const { buffer, traffic: moved } =
                segment.form === 'alone'
                  ? { buffer: 0, traffic: leastTraffic(alone.members[segment.from]!, front.buffer[i]!) }
                  : costOfSegment(chain, segment, front.buffer[i]!, execution)
              need = Math.max(need, buffer)
              traffic += moved
            }
            expect(traffic).toBe(front.traffic[i])
            expect(need).toBeLessThanOrEqual(front.buffer[i]!)
          }
        }),
        { numRuns: RUNS },
      )
    })
  }

  it('untiled: intermediates whole, members one after the other', () => {
    fc.assert(
      fc.property(arbitraryChain(4), (chain) => {
        const front = chainFront(chain, 'untiled', aloneOf(chain), 'sequential')
        const last = chain.members.length - 1
        const ways = chain.members.map((member, e) =>
          pareto(aloneWays(member, { input: e > 0, output: e < last })),
        )
        for (const size of ways.flatMap((list) => list.map(({ need }) => need)))
          expect(leastTraffic(front, size)).toBe(ways.reduce((sum, list) => sum + least(list, size), 0))
      }),
      { numRuns: RUNS },
    )
  })
})

/** Any pair by FLAT or FlashAttention; a chain tiled as one segment. */
function fusedFront(chain: Chain, strategy: Strategy, execution: Execution) {
  if (strategy === 'tiled') return chainFront(chain, 'tiled', aloneOf(chain), execution)
  return pairFront(chain, strategy === 'flat' ? 'flat' : 'flashattention', aloneOf(chain), execution)
}
