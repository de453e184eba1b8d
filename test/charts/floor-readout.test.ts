import { expect, it } from 'vitest'
import { slopeReadout } from '../../src/charts/readout'
import { floorLines, strategyLook } from '../../src/charts/overlays'
import { lightTheme } from '../../src/charts/theme'
import { floorsOf } from '../../src/core/analysis/floor/floor-curve'
import { curveOf } from '../../src/core/explore/read'
import { USUAL_UNITS } from '../../src/core/units/units'
import { explore } from '../support/explore'
import { preset } from '../support/fusion'

const workload = preset('ffn-32k-4k-16k')
const exploration = explore(workload, { fuse: 'always' })

it('a floor is read out with how tight each curve is, and never promises an improvement', () => {
  const floors = floorsOf({ workload, exploration }, 'fused')
  const slope = curveOf(exploration, 'fused')
  const readAt = (bytes: number) =>
    slopeReadout(
      slope,
      [
        {
          look: strategyLook('fused', lightTheme),
          curve: slope,
          macs: slope.macs,
          floor: floors.main.at,
        },
      ],
      bytes,
      USUAL_UNITS,
      floorLines(floors, lightTheme).map(({ look }, i) => ({
        look,
        at: [floors.main, floors.other!][i]!.at,
      })),
    )
  const middle = readAt(2 ** 20)
  expect(middle.rows.map(({ look }) => look.name)).toEqual(['fused', 'floor', 'floor, unfused'])
  expect(middle.rows[0]!.values[2]).toMatch(/^\d\.\d+x floor$/)
  expect(middle.note).toBe(
    'Floor: any order, any tiling, each intermediate computed once. What lies between floor and curve is unknown',
  )
  expect(readAt(slope.bufferBytes.at(-1)!).note).toMatch(/No schedule moves less than this curve$/)
})
