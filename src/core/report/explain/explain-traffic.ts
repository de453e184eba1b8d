import { readBound } from '../../analysis/reading'
import { trafficAt } from '../../front/staircase'
import { STRATEGY_TITLES, type Strategy } from '../../mappers/chain-fusion/strategy'
import type { TensorView } from '../../mapping/mapping-view'
import { formatInteger, formatNumber } from '../../units/format'
import type { Units } from '../../units/units'
import {
  OROJENESIS,
  traffic,
  unitNotes,
  work,
  type DesignContext,
  type Explanation,
  type Ingredient,
} from './explanation'

/** Traffic at a buffer size, tensor by tensor: `[name, bytes]`. */
export function explainTraffic(
  context: DesignContext,
  buffer: number,
  tensors: readonly (readonly [name: string, bytes: number])[],
): Explanation {
  const { slope, workload, strategy, units } = context
  const sizes = new Map(workload.tensors.map(({ name, size }) => [name, size]))
  return {
    title: 'Least backing-store traffic',
    value: `${formatInteger(trafficAt(slope, buffer))} B`,
    formula: 'least traffic(buffer) = min over mappings that fit of the sum over tensors of what each moves',
    substituted: tensors.map(([name, bytes]) => `${name} ${units.data(bytes)}`).join(' + '),
    ingredients: tensors.map(([name, bytes]) => ({
      name,
      value: `${formatInteger(bytes)} B`,
      source: sizes.has(name)
        ? `${formatNumber(bytes / sizes.get(name)!, 4)} times its ${units.data(sizes.get(name)!)}`
        : 'read beside a fused chain',
    })),
    reference: `${OROJENESIS} sec. IV; ${STRATEGY_TITLES[strategy]}`,
    attainedAt: buffer,
  }
}

export function explainIntensity(context: DesignContext, buffer: number): Explanation {
  const { slope, units } = context
  return {
    title: 'Operational intensity',
    value: units.intensity(slope.macs / trafficAt(slope, buffer)),
    formula: 'OI(buffer) = MACs of the workload / least traffic(buffer)',
    substituted: `${formatInteger(slope.macs)} / ${formatInteger(trafficAt(slope, buffer))} B`,
    ingredients: [work(context), traffic(context, buffer), ...unitNotes(context)],
    reference: `${OROJENESIS} sec. III`,
    attainedAt: buffer,
  }
}

export function explainGap0(context: DesignContext, buffer: number): Explanation {
  const { slope } = context
  return {
    title: 'Gap 0',
    value: `${formatNumber(trafficAt(slope, buffer) / slope.algorithmicMinimum)}x`,
    formula: 'Gap 0 = least traffic(buffer) / algorithmic minimum',
    substituted: `${formatInteger(trafficAt(slope, buffer))} B / ${formatInteger(slope.algorithmicMinimum)} B`,
    ingredients: [
      traffic(context, buffer),
      {
        name: 'algorithmic minimum',
        value: `${formatInteger(slope.algorithmicMinimum)} B`,
        source: 'every operand moved once',
      },
    ],
    reference: `${OROJENESIS} sec. VI`,
    attainedAt: buffer,
  }
}

export function explainEffectual(context: DesignContext): Explanation {
  const { slope } = context
  const { maximalEffectualBytes, leastTraffic, gap1 } = readBound(slope)
  return {
    title: 'Maximal effectual buffer size, Gap 1',
    value: `${formatInteger(maximalEffectualBytes)} B, ${formatNumber(gap1)}x`,
    formula:
      'maximal effectual = least buffer of least traffic; Gap 1 = sum of operand sizes / maximal effectual',
    substituted: `${formatInteger(slope.algorithmicMinimum)} B / ${formatInteger(maximalEffectualBytes)} B`,
    ingredients: [
      {
        name: 'least traffic',
        value: `${formatInteger(leastTraffic)} B`,
        source: 'right end of the ski slope',
      },
      {
        name: 'sum of operand sizes',
        value: `${formatInteger(slope.algorithmicMinimum)} B`,
        source: 'rank sizes and bits per value of the workload',
      },
    ],
    reference: `${OROJENESIS} sec. VI`,
    attainedAt: maximalEffectualBytes,
  }
}

export function explainProbe(context: DesignContext, name: string, capacity: number): Explanation {
  return {
    ...explainIntensity(context, capacity),
    title: `Traffic between ${name} and the next outer level`,
    value: `at least ${formatInteger(trafficAt(context.slope, capacity))} B`,
  }
}

/** What one tensor of a mapping holds or moves. */
export function explainTensor(
  { tensor, tileShape, occupancy, traffic: moved, fetches, depth, role }: TensorView,
  buffer: number,
  what: 'occupancy' | 'traffic',
): Explanation {
  const tile = tileShape.map(({ rank, extent }) => `${extent} (${rank})`).join(' x ') || '1'
  const ingredients: readonly Ingredient[] = [
    {
      name: 'tile',
      value: tile,
      source: `held below ${depth === 0 ? 'no loop' : `the ${depth} outermost loops`}`,
    },
    {
      name: 'fetched',
      value: `${formatNumber(fetches, 5)}x its size`,
      source:
        role === 'output'
          ? 'partial sums are written and read again, but for the first read'
          : 'product of the loops outside its place that change its tile',
    },
  ]
  return what === 'occupancy'
    ? {
        title: `Occupancy of ${tensor}`,
        value: `${formatInteger(occupancy)} B`,
        formula: 'occupancy = product of the tile extents x bytes per value',
        substituted: tile,
        ingredients,
        reference: `${OROJENESIS} sec. IV`,
        attainedAt: buffer,
      }
    : {
        title: `Traffic of ${tensor}`,
        value: `${formatInteger(moved)} B`,
        formula: 'traffic = fetches x size of the tensor',
        substituted: `${formatNumber(fetches, 6)} x ${formatInteger(moved / fetches)} B`,
        ingredients,
        reference: `${OROJENESIS} sec. IV`,
        attainedAt: buffer,
      }
}

/** How a strategy compares with running every Einsum by itself. */
export function explainReduction(
  strategy: Strategy,
  buffer: number,
  unfused: number,
  fused: number,
  units: Units,
): Explanation {
  return {
    title: `Reduction by ${STRATEGY_TITLES[strategy]}`,
    value: `${formatNumber(unfused / fused)}x`,
    formula: 'reduction(buffer) = traffic unfused / traffic under the strategy',
    substituted: `${formatInteger(unfused)} B / ${formatInteger(fused)} B`,
    ingredients: [
      { name: 'unfused', value: `${formatInteger(unfused)} B`, source: `at ${units.data(buffer)}` },
      {
        name: STRATEGY_TITLES[strategy],
        value: `${formatInteger(fused)} B`,
        source: `at ${units.data(buffer)}`,
      },
    ],
    reference: `${OROJENESIS} sec. V, VII`,
    attainedAt: buffer,
  }
}
