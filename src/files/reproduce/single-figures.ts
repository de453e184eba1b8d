import { trafficAt } from '../../core/front/read'
import { curvesOption, type NamedCurve, type NamedPoint } from '../../charts/curves-option'
import { lightTheme } from '../../charts/theme'
import type { Slope } from '../../core/front/columns'
import { gap0At, readBound } from '../../core/analysis/reading'

import { formatBytes, formatNumber } from '../../core/units/format'
import { curveRows, type Figure } from './figure'

/** Searches a workload in the paper's mapspace: a preset's id, or an Einsum with its rank sizes. */
export type Search = (workload: string | InlineEinsum) => Promise<Slope>
export interface InlineEinsum {
  readonly name: string
  readonly einsum: string
  readonly rankSizes: Readonly<Record<string, number>>
  readonly bits: number
}

export interface Measurement {
  readonly chip: string
  readonly kernel: string
  readonly cacheBytes: number
  readonly trafficBytes: number
}

const theme = lightTheme
const UNITS = { traffic: 'backing_store_bytes', intensity: 'oi_macs_per_byte' } as const

function figure(
  number: string,
  title: string,
  y: 'traffic' | 'intensity',
  curves: readonly NamedCurve[],
  agreement: string,
  points: readonly NamedPoint[] = [],
): Figure {
  return {
    number,
    title,
    option: curvesOption({ theme, curves, points, y, ...(points.length > 0 ? { from: 2 ** 18 } : {}) }),
    csv: curveRows(curves, points, UNITS[y]),
    agreement,
  }
}

const intensity = (bound: Slope): Float64Array => bound.trafficBytes.map((traffic) => bound.macs / traffic)
const atLeast = (bound: Slope): string => {
  const { maximalEffectualBytes, gap1 } = readBound(bound)
  return `${formatBytes(maximalEffectualBytes)} (Gap 1 ${formatNumber(gap1, 3)}x)`
}

/** Orojenesis Figs. 1 and 7 to 14: single Einsums, 1-byte values (docs/model.md, section 2). */
export async function singleFigures(search: Search): Promise<readonly Figure[]> {
  const gemm = await search('gemm-16k-1k-1k')
  const cubes = await Promise.all(['gemm-2k', 'gemm-4k', 'gemm-8k'].map(search))
  const names = ['2k cubed', '4k cubed', '8k cubed']
  const named = (bounds: readonly Slope[], labels: readonly string[]): NamedCurve[] =>
    bounds.map((curve, i) => ({ name: labels[i]!, curve }))
  const onIntensity = (bounds: readonly Slope[], labels: readonly string[]): NamedCurve[] =>
    bounds.map((curve, i) => ({ name: labels[i]!, curve, y: intensity(curve) }))
  const kernels = await Promise.all(['conv-1x1', 'conv-3x3', 'conv-5x5'].map(search))
  const steps = ['conv-3x3', 'conv-3x3-stride2', 'conv-3x3-dilation2', 'conv-3x3-stride2-dilation2']
  const strided = await Promise.all(steps.map(search))
  const [, four] = cubes
  const { maximalEffectualBytes } = readBound(four!)
  return [
    figure(
      '1',
      'Ski slope of a product, 16k x 1k x 1k',
      'traffic',
      [{ name: '16k_1k_1k', curve: gemm }],
      `Agrees: the staircase falls to the algorithmic minimum of ${formatBytes(gemm.algorithmicMinimum)} at ${atLeast(gemm)}.`,
    ),
    figure(
      '7',
      'Ski slope with its gaps, 4k cubed',
      'traffic',
      [{ name: '4k cubed', curve: four! }],
      `Agrees: Gap 0 is ${formatNumber(gap0At(four!, 2 ** 20), 3)}x at 1 MiB; the minimum is reached at the smallest operand and two of its ranks, ${maximalEffectualBytes} B.`,
    ),
    figure(
      '8',
      'OI mesa, 4k cubed',
      'intensity',
      onIntensity([four!], ['4k cubed']),
      'Agrees in shape; intensity is in MACs per byte here, in operations per byte in the paper (twice as many).',
    ),
    figure(
      '9',
      'Ski slopes of square products',
      'traffic',
      named(cubes, names),
      `Agrees: maximal effectual sizes grow as the operands do (${cubes.map((bound, i) => `${names[i]} ${formatBytes(bound.bufferBytes.at(-1)!)}`).join(', ')}).`,
    ),
    figure(
      '10',
      'OI mesas of products of several shapes',
      'intensity',
      onIntensity([gemm, ...cubes], ['16k_1k_1k', ...names]),
      'Agrees: at small buffers all shapes share one intensity; what they can reach differs by their operands.',
    ),
    figure(
      '11',
      'Convolutions with kernels of 1, 3 and 5',
      'traffic',
      named(kernels, ['1 x 1', '3 x 3', '5 x 5']),
      'Agrees with the artifact point for point where both were run (its halo rule is reproduced).',
    ),
    figure(
      '12',
      '3 x 3 convolutions with stride and dilation',
      'traffic',
      named(strided, ['plain', 'stride 2', 'dilation 2', 'stride 2, dilation 2']),
      'Agrees with the artifact point for point where both were run (its halo rule is reproduced).',
    ),
    await headsFigure(search),
    await groupsFigure(search),
  ]
}

const HEADS = [1, 4, 16, 64, 128]

/** Orojenesis Fig. 13: heads of a batched product, K x H = 4096, as in the text and as the artifact computed it. */
async function headsFigure(search: Search): Promise<Figure> {
  const asText = await Promise.all(HEADS.map((h) => search(`bmm-h${h}`)))
  const shared = (h: number): InlineEinsum => ({
    name: `shared weights, ${h} heads`,
    einsum: 'Z[h,m,n] = A[h,m,k] * B[k,n]',
    rankSizes: { H: h, M: 4096, K: 4096 / h, N: 4096 },
    bits: 8,
  })
  const asRun = await Promise.all([16, 128].map((h) => search(shared(h))))
  const curves = [
    ...HEADS.map((h, i): NamedCurve => ({ name: `H ${h}`, curve: asText[i]! })),
    ...[16, 128].map((h, i): NamedCurve => ({ name: `H ${h}, weights shared`, curve: asRun[i]! })),
  ]
  const ratio = trafficAt(asText[2]!, 2 ** 20) / trafficAt(asRun[0]!, 2 ** 20)
  return figure(
    '13',
    'Batched products by number of heads',
    'traffic',
    curves,
    `Differs: the artifact's batched product shares its weights across heads (drawn as such); the one in the text moves ${formatNumber(ratio, 3)}x as much at 16 heads and 1 MiB.`,
  )
}

const GROUPS = [1, 4, 8, 32]

/** Orojenesis Fig. 14: 32 heads in groups that share their weights. */
async function groupsFigure(search: Search): Promise<Figure> {
  const bounds = await Promise.all(GROUPS.map((g) => search(`gbmm-g${g}`)))
  const sizes = [2 ** 16, 2 ** 18, 2 ** 20]
  const spread = Math.max(
    ...sizes.map((size) => {
      const moved = bounds.map((bound) => trafficAt(bound, size))
      return Math.max(...moved) / Math.min(...moved) - 1
    }),
  )
  return figure(
    '14',
    'Grouped batched products, 32 heads in G groups',
    'traffic',
    GROUPS.map((g, i): NamedCurve => ({ name: `G ${g}`, curve: bounds[i]! })),
    `Differs: the artifact loops groups and heads independently. With groups as the text has them G hardly matters (within ${formatNumber(spread * 100, 2)} % from 64 KiB to 1 MiB), so the figure's conclusion does not hold.`,
  )
}

/** Orojenesis Fig. 24a: measured traffic of GPUs, on the slope of the same product. */
export async function measuredFigure(search: Search, measurements: readonly Measurement[]): Promise<Figure> {
  const curve = await search({
    name: '4k cubed, 4 bytes',
    einsum: 'Z[m,n] = A[m,k] * B[k,n]',
    rankSizes: { M: 4096, K: 4096, N: 4096 },
    bits: 32,
  })
  const ratios = measurements.map(
    ({ cacheBytes, trafficBytes }) => trafficBytes / trafficAt(curve, cacheBytes),
  )
  const below = ratios.filter((ratio) => ratio < 1).length
  return figure(
    '24a',
    'Measured DRAM traffic of a 4k cubed fp32 product: SIMT (above) and tensor cores (below)',
    'traffic',
    [{ name: 'least, 4-byte values', curve }],
    below === 0
      ? `Agrees: every measurement lies on or above the bound, from ${formatNumber(Math.min(...ratios), 3)}x to ${formatNumber(Math.max(...ratios), 3)}x of it.`
      : `Differs: ${below} measurements lie below the bound.`,
    measurements.map(({ chip, kernel, cacheBytes, trafficBytes }) => ({
      name: kernel === 'SIMT' ? `${chip} ${kernel}` : chip,
      x: cacheBytes,
      y: trafficBytes,
      label: kernel === 'SIMT' ? ('top' as const) : ('bottom' as const),
    })),
  )
}
