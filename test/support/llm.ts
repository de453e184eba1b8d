import { buildWorkload } from '../../src/core/workload/build-workload'
import type { Workload } from '../../src/core/workload/einsum'

/** A decoder with this number of layers as one cascade; each layer reads the output of the one before. */
export function decoder(
  layers: number,
  { b = 1, m = 2048, d = 12288, h = 96, e = 128, c = 49152 } = {},
): Workload {
  const einsums = Array.from({ length: layers }, (_, layer) => {
    const t = (name: string) => `${name}${layer}`
    const x = layer === 0 ? 'X' : `Y${layer - 1}`
    return [
      `${t('Q')}[b, m, h, e] = ${x}[b, m, d] * ${t('WQ')}[d, h, e]`,
      `${t('K')}[b, m, h, e] = ${x}[b, m, d] * ${t('WK')}[d, h, e]`,
      `${t('V')}[b, m, h, f] = ${x}[b, m, d] * ${t('WV')}[d, h, f]`,
      `${t('S')}[b, h, m, p] = ${t('Q')}[b, m, h, e] * ${t('K')}[b, p, h, e]`,
      `${t('A')}[b, m, h, f] = ${t('S')}[b, h, m, p] * ${t('V')}[b, p, h, f]`,
      `${t('Z')}[b, m, g] = ${t('A')}[b, m, h, f] * ${t('WZ')}[h, f, g]`,
      `${t('F')}[b, m, c] = ${t('Z')}[b, m, g] * ${t('W1')}[g, c]`,
      `${t('Y')}[b, m, d] = ${t('F')}[b, m, c] * ${t('W2')}[c, d]`,
    ]
  }).flat()
  const row_reductions = Object.fromEntries(
    Array.from({ length: layers }, (_, layer) => [
      [`S${layer}`, 'softmax'],
      [`Z${layer}`, 'norm'],
      [`Y${layer}`, 'norm'],
    ]).flat(),
  )
  return built({
    name: `${layers} layers`,
    rank_sizes: { B: b, M: m, P: m, D: d, H: h, E: e, F: e, G: d, C: c },
    bits_per_value: { All: 16 },
    row_reductions,
    einsums,
  })
}

/** A chain of GEMMs with the given numbers of columns. */
export const gemmChain = (rows: number, columns: readonly number[]): Workload =>
  built({
    name: `${columns.length - 1} GEMMs`,
    rank_sizes: { M: rows, ...Object.fromEntries(columns.map((size, i) => [`K${i}`, size])) },
    bits_per_value: { All: 16 },
    einsums: columns
      .slice(1)
      .map((_, i) => `X${i + 1}[m, k${i + 1}] = X${i}[m, k${i}] * W${i}[k${i}, k${i + 1}]`),
  })

function built(definition: Parameters<typeof buildWorkload>[0]): Workload {
  const workload = buildWorkload(definition)
  if (!workload.ok) throw new Error(JSON.stringify(workload.error.slice(0, 3)))
  return workload.value
}
