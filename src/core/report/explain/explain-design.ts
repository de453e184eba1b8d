import { trafficAt } from '../../front/read'
import type { Architecture } from '../../architecture/architecture'
import { budgetOf, LIMITER_TITLES, type MesaPoint } from '../../analysis/performance-mesa'

import { formatInteger, formatNumber, formatShare, formatSi } from '../../units/format'
import { mm2FromUm2, type AreaUm2 } from '../../units/quantity'
import {
  area,
  bandwidth,
  clock,
  DESIGN,
  OROJENESIS,
  perByte,
  perMac,
  share,
  traffic,
  unitNotes,
  work,
  type DesignContext,
  type Explanation,
} from './explanation'

export function explainBuffer({ architecture, point }: DesignContext): Explanation {
  return {
    title: 'SRAM',
    value: `${formatInteger(point.buffer)} B`,
    formula: 'SRAM = share x area / area per byte',
    substituted: `${formatNumber(point.share, 6)} x ${formatInteger(budgetOf(architecture).area)} µm² / ${formatNumber(architecture.technology.areaUm2PerByte, 6)} µm²/B, whole bytes`,
    ingredients: [share(point), area(architecture), perByte(architecture)],
    reference: `${OROJENESIS} sec. VII-D`,
    attainedAt: null,
  }
}

export function explainMacs({ architecture, point }: DesignContext): Explanation {
  return {
    title: 'MACs',
    value: formatInteger(Math.floor(point.macs)),
    formula: 'MACs = (1 - share) x area / area per MAC',
    substituted: `${formatNumber(1 - point.share, 6)} x ${formatInteger(budgetOf(architecture).area)} µm² / ${formatNumber(architecture.technology.areaUm2PerMac, 6)} µm²`,
    ingredients: [share(point), area(architecture), perMac(architecture)],
    reference: `${OROJENESIS} sec. VII-D`,
    attainedAt: null,
  }
}

export function explainMemoryBound(context: DesignContext): Explanation {
  const { architecture, point, slope, units } = context
  return {
    title: 'Memory bound',
    value: units.rate(point.memoryBound),
    formula: 'memory bound = DRAM bandwidth x MACs of the workload / least traffic(SRAM)',
    substituted: `${formatSi(architecture.dramBandwidth, 'B/s')} x ${formatInteger(slope.macs)} / ${formatInteger(trafficAt(slope, point.buffer))} B`,
    ingredients: [
      bandwidth(architecture),
      work(context),
      traffic(context, point.buffer),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D; the roofline's slanted side`,
    attainedAt: point.buffer,
  }
}

export function explainComputeBound(context: DesignContext): Explanation {
  const { architecture, point, units } = context
  return {
    title: 'Compute bound',
    value: units.rate(point.computeBound),
    formula: 'compute bound = MACs x clock',
    substituted: `${formatNumber(point.macs, 9)} x ${formatSi(architecture.clock, 'Hz')}`,
    ingredients: [
      { name: 'MACs', value: formatNumber(point.macs, 9), source: 'what the area leaves, fractions kept' },
      clock(architecture),
      ...unitNotes(context),
    ],
    reference: `${OROJENESIS} sec. VII-D; the roofline's flat side`,
    attainedAt: null,
  }
}

export function explainThroughput(context: DesignContext): Explanation {
  const { point, units } = context
  return {
    title: 'Throughput',
    value: units.rate(point.throughput),
    formula: 'throughput = min(memory bound, compute bound)',
    substituted: `min(${units.rate(point.memoryBound)}, ${units.rate(point.computeBound)}): limited by ${LIMITER_TITLES[point.limiter]}`,
    ingredients: [
      ...explainMemoryBound(context).ingredients,
      { name: 'MACs', value: formatNumber(point.macs, 9), source: 'what the area leaves' },
      clock(context.architecture),
    ],
    reference: `${OROJENESIS} sec. VII-D`,
    attainedAt: point.buffer,
  }
}

export function explainBestShare(context: DesignContext, best: MesaPoint): Explanation {
  const { slope, architecture } = context
  return {
    title: 'Best share',
    value: formatShare(best.share, 5),
    formula: 'best share = argmax over steps of the ski slope of min(memory bound, compute bound)',
    substituted: `${formatInteger(slope.bufferBytes.length)} steps compared; ${formatInteger(best.buffer)} B x ${formatNumber(architecture.technology.areaUm2PerByte, 6)} µm²/B / ${formatInteger(budgetOf(architecture).area)} µm²`,
    ingredients: [
      area(architecture),
      perByte(architecture),
      perMac(architecture),
      clock(architecture),
      bandwidth(architecture),
    ],
    reference: `${OROJENESIS} sec. VII-D; between two steps throughput only falls, so the best is exact`,
    attainedAt: best.buffer,
  }
}

/** The area that is left over, or that is missing. */
export function explainAreaLeft(
  architecture: Architecture,
  parts: readonly { readonly name: string; readonly area: AreaUm2 }[],
  left: AreaUm2,
): Explanation {
  const shown = (size: AreaUm2): string => `${formatNumber(mm2FromUm2(size), 5)} mm²`
  return {
    title: 'Area left',
    value: shown(left),
    formula: 'left = die - I/O - levels - PE array',
    substituted: `${formatNumber(architecture.die)} mm² - ${parts.map((part) => shown(part.area)).join(' - ')}`,
    ingredients: parts.map((part) => ({
      name: part.name,
      value: shown(part.area),
      source: part.name === 'I/O' ? DESIGN : architecture.technology.source,
    })),
    reference: 'sizes times area per byte and per MAC',
    attainedAt: null,
  }
}
