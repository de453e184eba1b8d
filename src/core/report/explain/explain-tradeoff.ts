import { trafficAt } from '../../front/read'
import type { AreaBudget } from '../../analysis/performance-mesa'
import type { MixPoint } from '../../analysis/mix-mesa'

import type { SplitPoint } from '../../study/three-way-split'
import type { LeastArea, LeastBandwidth, LeastBuffer } from '../../study/inverse'
import { formatInteger, formatNumber, formatShare, formatSi } from '../../units/format'
import { mm2FromUm2, type MacsPerSecond } from '../../units/quantity'
import type { Units } from '../../units/units'
import {
  bandwidth,
  clock,
  DESIGN,
  OROJENESIS,
  perByte,
  perMac,
  traffic,
  unitNotes,
  work,
  type DesignContext,
  type Explanation,
  type Ingredient,
} from './explanation'

/** Throughput of a mix of workloads that run in turn. */
export function explainMix(
  point: MixPoint,
  members: readonly { readonly name: string; readonly weight: number }[],
  units: Units,
): Explanation {
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  const rate = (i: number): string => units.rate(point.members[i]!.throughput)
  return {
    title: 'Throughput of the mix',
    value: units.rate(point.throughput),
    formula: 'mix = sum of weights / sum over members of weight / throughput',
    substituted: `${formatNumber(total)} / (${members.map(({ weight }, i) => `${formatNumber(weight)} / ${rate(i)}`).join(' + ')})`,
    ingredients: [
      { name: 'buffer share', value: formatShare(point.share, 5), source: 'the same for all members' },
      ...members.map(({ name, weight }, i) => ({
        name,
        value: rate(i),
        source: `${formatShare(weight / total)} of all MACs: ${DESIGN}`,
      })),
      ...unitNotes({ units }),
    ],
    reference: `members run in turn: times add (harmonic mean); each by ${OROJENESIS} sec. VII-D`,
    attainedAt: null,
  }
}

const target = ({ units }: DesignContext, wanted: MacsPerSecond): Ingredient => ({
  name: 'wanted throughput',
  value: units.rate(wanted),
  source: 'asked for here',
})
const macsNeeded = (context: DesignContext, wanted: MacsPerSecond): readonly Ingredient[] => [
  target(context, wanted),
  clock(context.architecture),
]

/** The least SRAM that attains a throughput. */
export function explainLeastBuffer(
  context: DesignContext,
  { buffer }: LeastBuffer,
  wanted: MacsPerSecond,
): Explanation {
  const { architecture, slope } = context
  const allowed = (architecture.dramBandwidth * slope.macs) / wanted
  return {
    title: 'Least SRAM',
    value: `${formatInteger(buffer)} B`,
    formula:
      'least SRAM = least buffer whose least traffic <= DRAM bandwidth x MACs of the workload / wanted',
    substituted: `${formatInteger(trafficAt(slope, buffer))} B <= ${formatSi(architecture.dramBandwidth, 'B/s')} x ${formatInteger(slope.macs)} / wanted = ${formatInteger(Math.floor(allowed))} B`,
    ingredients: [
      target(context, wanted),
      bandwidth(architecture),
      work(context),
      traffic(context, buffer),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D, solved for the buffer`,
    attainedAt: buffer,
  }
}

/** The least die that attains a throughput. */
export function explainLeastDie(
  context: DesignContext,
  { area, buffer, macs }: LeastArea,
  wanted: MacsPerSecond,
): Explanation {
  const { architecture } = context
  const { areaUm2PerByte, areaUm2PerMac } = architecture.technology
  return {
    title: 'Least die',
    value: `${formatNumber(mm2FromUm2(area) / (1 - architecture.ioShare), 5)} mm²`,
    formula: 'least die = (least SRAM x area per byte + wanted / clock x area per MAC) / (1 - I/O share)',
    substituted: `(${formatInteger(buffer)} B x ${formatNumber(areaUm2PerByte, 6)} µm²/B + ${formatNumber(macs, 9)} x ${formatNumber(areaUm2PerMac, 6)} µm²) / ${formatNumber(1 - architecture.ioShare, 4)}`,
    ingredients: [
      ...macsNeeded(context, wanted),
      ...explainLeastBuffer(context, { buffer }, wanted).ingredients.slice(1, 4),
      perByte(architecture),
      perMac(architecture),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D, solved for the area`,
    attainedAt: buffer,
  }
}

/** The least DRAM bandwidth that attains a throughput on a given area. */
export function explainLeastBandwidth(
  context: DesignContext,
  { bandwidth: least, buffer, macs }: LeastBandwidth,
  wanted: MacsPerSecond,
  { area }: AreaBudget,
): Explanation {
  const { architecture, slope } = context
  const { areaUm2PerMac } = architecture.technology
  return {
    title: 'Least DRAM bandwidth',
    value: formatSi(least, 'B/s'),
    formula:
      'least bandwidth = wanted x least traffic(what the MACs leave of the area) / MACs of the workload',
    substituted: `wanted x ${formatInteger(trafficAt(slope, buffer))} B / ${formatInteger(slope.macs)}, ${formatInteger(area)} µm² - ${formatNumber(macs, 9)} x ${formatNumber(areaUm2PerMac, 6)} µm² are left`,
    ingredients: [
      ...macsNeeded(context, wanted),
      perMac(architecture),
      perByte(architecture),
      traffic(context, buffer),
      work(context),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D, solved for the bandwidth`,
    attainedAt: buffer,
  }
}

/** Throughput of an area that is divided between two levels of SRAM and the MACs. */
export function explainSplit(
  context: DesignContext,
  { outer, inner, macs, throughput }: SplitPoint,
  innerBandwidth: number,
): Explanation {
  const { architecture, slope, units } = context
  const fed = (rate: number, buffer: number): string =>
    `${formatSi(rate, 'B/s')} x ${formatInteger(slope.macs)} / ${formatInteger(trafficAt(slope, buffer))} B`
  return {
    title: 'Throughput of the split',
    value: units.rate(throughput),
    formula:
      'throughput = min(MACs x clock, DRAM bandwidth x OI(outer SRAM), inner bandwidth x OI(inner SRAM))',
    substituted: `min(${formatNumber(macs, 9)} x ${formatSi(architecture.clock, 'Hz')}, ${fed(architecture.dramBandwidth, outer)}, ${fed(innerBandwidth, inner)})`,
    ingredients: [
      clock(architecture),
      bandwidth(architecture),
      { name: 'inner bandwidth', value: formatSi(innerBandwidth, 'B/s'), source: DESIGN },
      { ...traffic(context, outer), name: 'traffic into the outer SRAM' },
      { ...traffic(context, inner), name: 'traffic into the inner SRAM' },
      work(context),
      perByte(architecture),
      perMac(architecture),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D, the same curve probed at each level (sec. IV)`,
    attainedAt: null,
  }
}
