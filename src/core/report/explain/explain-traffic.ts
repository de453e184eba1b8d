import { trafficAt } from '../../front/read'
import { STRATEGY_TITLES, type Strategy } from '../../mappers/strategy'
import type { FloorPoint } from '../../analysis/floor/floor'
import { readBound } from '../../analysis/reading'

import type { TensorView } from '../../mapping/mapping-view'
import type { Counting } from '../../mapping/tree'
import { formatInteger, formatNumber } from '../../units/format'
import type { Units } from '../../units/units'
import { overFloor } from '../floor-text'
import { OROJENESIS, traffic, unitNotes, work, type DesignContext, type Explanation } from './explanation'

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
        : 'read besides by a fused chain',
    })),
    reference: `${OROJENESIS} sec. IV; ${STRATEGY_TITLES[strategy]}`,
    attainedAt: buffer,
  }
}

/** A floor at a buffer size, beside the curve's traffic there. */
export function explainFloor(context: DesignContext, buffer: number, floor: FloorPoint): Explanation {
  const least = trafficAt(context.slope, buffer)
  return {
    title: 'Floor',
    value: `${formatInteger(floor.bytes)} B`,
    formula:
      'floor(buffer) = greatest over M of M * (least that takes part in 1/M of the work) - (M - 1) * buffer, and what must cross',
    substituted: `${formatInteger(least)} B / ${formatInteger(floor.bytes)} B: ${overFloor(least, floor.bytes)}`,
    ingredients: [
      { name: 'holds for', value: floor.holdsFor, source: 'the form of the floor' },
      traffic(context, buffer),
    ],
    reference: 'docs/model.md, section 9; after Smith, Lowery, Langou, van de Geijn (arXiv 1702.02017)',
    attainedAt: null,
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

/** What one Einsum's tensor holds or moves under a mapping. */
export function explainTensor(
  { tensor, einsum, tile, bytesPerValue, occupancy, traffic: moved, fetches, because }: TensorView,
  counting: Counting,
  buffer: number,
  what: 'occupancy' | 'traffic',
): Explanation {
  const shared = {
    ingredients: [
      {
        name: 'tile',
        value: tile.map(({ name, value }) => `${formatNumber(value, 9)} (${name})`).join(' x ') || '1',
        source: 'values that are held',
      },
      {
        name: 'bytes per value',
        value: formatNumber(bytesPerValue),
        source: 'bits per value of the workload',
      },
      { name: 'moved', value: `${formatNumber(fetches, 6)}x its size`, source: because.join('; ') },
    ],
    reference: REFERENCES[counting],
    attainedAt: buffer,
  }
  return what === 'occupancy'
    ? {
        title: `Occupancy of ${tensor} in ${einsum}`,
        value: `${formatInteger(occupancy)} B`,
        formula: 'occupancy = product of the tile extents x bytes per value',
        substituted: `${[...tile.map(({ value }) => value), bytesPerValue].map((factor) => formatNumber(factor, 15)).join(' x ')} B`,
        ...shared,
      }
    : {
        title: `Traffic of ${tensor} in ${einsum}`,
        value: `${formatInteger(moved)} B`,
        formula:
          moved === 0
            ? 'an intermediate that never leaves the buffer moves nothing'
            : 'traffic = times that it is moved x size of the tensor',
        substituted:
          moved === 0 ? '0 B' : `${formatNumber(fetches, 9)} x ${formatInteger(moved / fetches)} B`,
        ...shared,
      }
}

/** Where the rules of each counting are written. */
const REFERENCES: Readonly<Record<Counting, string>> = {
  uniform: `${OROJENESIS} sec. III; docs/model.md, section 2`,
  retention: 'docs/model.md, section 3 (not in the paper)',
  'paper-fusion': `${OROJENESIS} sec. V-B; docs/model.md, section 6`,
  'loop-tree': 'docs/model.md, section 8 (loop trees)',
  machine: 'docs/model.md',
}

/** How a strategy compares with running every Einsum alone. */
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
