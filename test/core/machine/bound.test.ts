import { describe, expect, it } from 'vitest'
import { parseCaseText } from '../../../src/contract/case-file'
import { curveOf } from '../../../src/core/explore/read'
import { evaluate } from '../../../src/core/machine/evaluate'
import { explore } from '../../support/explore'
import { nestOf, referenceCases, valueOf } from '../../support/machine'

/** Reference machines whose tensors have one width: the curve is in bytes of that width. */
const CASES = [...referenceCases('peer_'), ...referenceCases('tiny')]

describe('the boundary below the first memory', () => {
  it.each(CASES.map((one) => [one.name, one] as const))(
    '%s: no mapping moves less than the ski slope',
    (_, one) => {
      const { workload } = valueOf(parseCaseText(JSON.stringify({ workload: one.workload })))
      const { bufferBytes, trafficBytes } = curveOf(
        explore(workload!, { mapspace: 'full', factors: 'perfect', fuse: 'never' }),
        'unfused',
      )
      const mappings = Object.values(one.optimum).flatMap(({ mapping }) => (mapping ? [mapping] : []))
      expect(mappings.length).toBeGreaterThan(0)
      for (const mapping of mappings) {
        const nest = nestOf(one, mapping)
        const { counts, traffic } = evaluate(nest, 'machine')
        const held = counts.flatMap((chain) => chain.slice(1))
        // What all instances hold, and one element of each tensor at each MAC.
        const macs = nest.loops.reduce((product, { dim, count }) => (dim < 0 ? product : product * count), 1)
        const inside =
          held.reduce((sum, { tile, instances }) => sum + Number(tile * instances), 0) +
          nest.problem.tensors.length * macs
        const at = bufferBytes.findLastIndex((bytes) => bytes <= inside)
        expect(at).toBeGreaterThanOrEqual(0)
        expect(traffic[0]!.read + traffic[0]!.written).toBeGreaterThanOrEqual(trafficBytes[at]!)
      }
    },
  )
})
