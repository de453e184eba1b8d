import { describe, expect, it } from 'vitest'
import { costOfTree } from '../../../../src/core/mappers/loop-trees/counting'
import { searchLoopTrees } from '../../../../src/core/mappers/loop-trees/search-loop-trees'
import { execute } from '../../../support/loop-trees/simulator'
import { curves, inBytes } from '../../../support/loop-trees/truth'

const exact = curves((name) => !name.startsWith('peer_'))
const peers = curves((name) => name.startsWith('peer_'))

describe('reference curves over loop trees', { timeout: 60_000 }, () => {
  it.each(exact.map((curve) => [curve.name, curve] as const))(
    '%s is met at every row, by trees that cost it',
    (_, { problem, factors, recompute, points }) => {
      const found = searchLoopTrees(problem, { factors, recompute })
      expect(found.lower).toBeNull()
      expect(inBytes(problem, found.points)).toEqual(points)
      for (const [i, { peak, traffic }] of found.points.entries()) {
        const mapping = found.treeOf(i)
        const cost = costOfTree(problem, mapping, recompute)
        expect(cost).toMatchObject({ ok: true, value: { peak, traffic } })
        if (i % 4 === 0) expect(execute(problem, mapping)).toMatchObject({ peak, traffic })
      }
    },
  )

  it.each(peers.map((curve) => [curve.name, curve] as const))(
    '%s, of another mapper, is met or undercut at every size',
    (_, { problem, points }) => {
      const found = searchLoopTrees(problem, { factors: 'perfect', recompute: 'halo' })
      const own = inBytes(problem, found.points)
      for (const [bytes, traffic] of points)
        expect(own.findLast(([at]) => at <= bytes)?.[1]).toBeLessThanOrEqual(traffic)
    },
  )
})
