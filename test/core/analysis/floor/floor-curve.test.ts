import { describe, expect, it } from 'vitest'
import { fusedFloor, unfusedFloor } from '../../../../src/core/analysis/floor/floor'
import { floorsOf, floorSteps } from '../../../../src/core/analysis/floor/floor-curve'
import { pointIndexAt, trafficAt } from '../../../../src/core/front/read'
import { explore } from '../../../support/explore'
import { preset } from '../../../support/fusion'

const workload = preset('ffn-32k-4k-16k')
const exploration = explore(workload, { fuse: 'always' })
const found = { workload, exploration }

describe('a drawn floor', () => {
  it('is nowhere above the floor, meets it at the right end of each step, and ends at what must cross', () => {
    for (const floor of [unfusedFloor(workload.einsums), fusedFloor(workload.einsums, 'halo')]) {
      const steps = floorSteps(floor, 6, 2 ** 29)
      for (let size = 6; size < 2 ** 31; size = Math.ceil(size * 1.07))
        expect(trafficAt(steps, size)).toBeLessThanOrEqual(floor(size).bytes)
      for (const size of steps.bufferBytes.slice(1))
        expect(steps.trafficBytes[pointIndexAt(steps, size) - 1]).toBe(floor(size).bytes)
      expect(steps.trafficBytes.at(-1)).toBe(floor(2 ** 40).bytes)
    }
  })

  it('stands under the curve on show, and where others run otherwise, under those', () => {
    const fused = floorsOf(found, 'fused')
    expect([fused.main.title, fused.other?.title]).toEqual(['floor', 'floor, unfused'])
    expect(fused.main.at(2 ** 20)).toEqual(fusedFloor(workload.einsums, 'halo')(2 ** 20))
    expect(fused.of('unfused')(2 ** 20)).toEqual(unfusedFloor(workload.einsums)(2 ** 20))
    const unfused = floorsOf(found, 'unfused')
    expect([unfused.main.title, unfused.other?.title]).toEqual(['floor', 'floor, fused'])
    const one = floorsOf(found, 'fused', 'fc1')
    expect(one.other).toBeNull()
    expect(one.main.at(2 ** 20)).toEqual(unfusedFloor(workload.einsums.slice(0, 1))(2 ** 20))
  })
})
