import type { Front } from '../../../../src/core/front/columns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainFront, pairFront } from '../../../../src/core/mappers/chain-fusion/chain-fronts'
import { productFront } from '../../../../src/core/mappers/chain-fusion/product-front'
import { costOfSegment } from '../../../../src/core/mappers/chain-fusion/segment-cost'
import type { Chain } from '../../../../src/core/mappers/chain-fusion/chain'

import type { PlannedSegment } from '../../../../src/core/mappers/chain-fusion/trail'
import { arbitraryChain } from '../../../support/arbitrary-chain'
import { runFused } from '../../../support/fused-machine'

const RUNS = 200

/** Runs every fused segment of a front's plans on the machine, and compares it with the formulas. */
function agree(chain: Chain, front: Front<readonly PlannedSegment[]>): void {
  for (const plan of front.tags)
    for (const segment of plan) {
      if (segment.form !== 'tiled' && segment.form !== 'flashattention') continue
      const said = costOfSegment(chain, segment, Infinity, 'sequential')
      const ran = runFused(chain, segment)
      expect({ traffic: ran.traffic, peak: ran.peak }).toEqual({ traffic: said.traffic, peak: said.buffer })
      expect(ran.resident).toBeGreaterThanOrEqual(ran.peak)
    }
}

const aloneOf = ({ members, links }: Chain) => ({
  members: members.map(({ ranks, bytesPerValue }) => productFront(ranks, bytesPerValue)),
  links: links.map(() => null),
})

describe('fused segments on a machine with an explicit buffer', () => {
  it('tiled, as one segment', () => {
    fc.assert(
      fc.property(arbitraryChain(4, true), (chain) =>
        agree(chain, chainFront(chain, 'tiled', aloneOf(chain), 'sequential')),
      ),
      { numRuns: RUNS },
    )
  })

  it.each(['flat', 'flashattention'] as const)('%s', (strategy) => {
    fc.assert(
      fc.property(arbitraryChain(2, true), (chain) =>
        agree(chain, pairFront(chain, strategy, aloneOf(chain), 'sequential')),
      ),
      { numRuns: RUNS },
    )
  })

  it('segmented', () => {
    fc.assert(
      fc.property(arbitraryChain(5, true), (chain) =>
        agree(chain, chainFront(chain, 'segmented', aloneOf(chain), 'sequential')),
      ),
      { numRuns: RUNS },
    )
  })
})
