import type { Block, BlockRun } from './block'

interface Line {
  readonly name: string
  readonly einsum: string
}

/**
 * A block's cascade as a workload file, in the presets' notation. Ranks B, M and P are sequences, tokens and attended
 * tokens, so phase, batch and length can be changed later.
 */
export function blockText(block: Block, run: BlockRun, source: string): string {
  const { phase, batch, length } = run
  const decode = phase === 'decode'
  const grouped = block.keyHeads !== block.heads
  const ranks: Record<string, number | string> = {
    B: batch,
    M: decode ? 1 : length,
    P: decode ? length : 'M',
    D: block.hidden,
    ...(grouped ? { G: block.keyHeads, X: block.heads / block.keyHeads } : { H: block.heads }),
    E: block.headWidth,
    F: 'E',
    O: 'D',
    C: block.feedForward,
    J: 'D',
    ...expertRanks(block, run),
  }
  const lines = [...attention(block, decode), ...feedForward(block)]
  const last = block.gated ? 'DOWN' : 'FC2'
  const reduced = [
    'QK: softmax',
    `Z: ${block.norm}`,
    ...(block.experts === null ? [`${last}: ${block.norm}`] : []),
  ]
  return `workload:
  name: ${JSON.stringify(block.name)}
  rank_sizes: { ${Object.entries(ranks)
    .map(([rank, size]) => `${rank}: ${size}`)
    .join(', ')} }
  bits_per_value: { All: ${block.bits} }
  row_reductions: { ${reduced.join(', ')} }
  einsums:
${lines.map(({ name, einsum }) => `    - { name: ${name}, einsum: '${einsum}' }`).join('\n')}
  description: >-
    One of ${block.blocks} blocks${block.experts === null ? '' : `, ${length} tokens of ${batch} ${batch === 1 ? 'sequence' : 'sequences'} spread evenly over the experts`}.
  source: ${JSON.stringify(source)}
`
}

function attention({ keyHeads, heads, experts }: Block, decode: boolean): readonly Line[] {
  const [q, k] = keyHeads === heads ? ['h', 'h'] : ['g, x', 'g']
  const queries = keyHeads === heads ? 'b, h, m, p' : 'b, g, x, m, p'
  // Experts get a fixed number of tokens, so batch and length cannot be changed independently: see blockNotes.
  const token = experts === null ? 'M: p' : 'p'
  const read = (tensor: string) => (decode ? `${tensor}_cache[b, p, ${k}, ` : `${tensor}[b, ${token}, ${k}, `)
  return [
    { name: 'Q_proj', einsum: `Q[b, m, ${q}, e] = I[b, m, d] * WQ[d, ${q}, e]` },
    { name: 'K_proj', einsum: `K[b, m, ${k}, e] = I[b, m, d] * WK[d, ${k}, e]` },
    { name: 'V_proj', einsum: `V[b, m, ${k}, f] = I[b, m, d] * WV[d, ${k}, f]` },
    { name: 'QK', einsum: `QK[${queries}] = Q[b, m, ${q}, e] * ${read('K')}e]` },
    { name: 'QKV', einsum: `QKV[b, m, ${q}, f] = QK[${queries}] * ${read('V')}f]` },
    { name: 'final', einsum: `Z[b, m, o] = QKV[b, m, ${q}, f] * WZ[${q}, f, o]` },
  ]
}

function feedForward({ gated, activation, experts }: Block): readonly Line[] {
  // The tokens of an expert are gathered from the stream; each expert has its own weights.
  const [tokens, weights] = experts === null ? ['b, m', ''] : ['n, t', 'n, ']
  const from = experts === null ? 'Z[b, m, o]' : 'ZX[n, t, o]'
  const router = experts === null ? [] : [{ name: 'router', einsum: 'R[b, m, n] = Z[b, m, o] * WR[o, n]' }]
  return gated
    ? [
        ...router,
        { name: 'gate', einsum: `GATE[${tokens}, c] = ${from} * WG[${weights}o, c]` },
        { name: 'up', einsum: `UP[${tokens}, c] = ${from} * WU[${weights}o, c]` },
        { name: 'gated', einsum: `ACT[${tokens}, c] = ${activation}(GATE[${tokens}, c]) * UP[${tokens}, c]` },
        { name: 'down', einsum: `DOWN[${tokens}, j] = ACT[${tokens}, c] * WD[${weights}c, j]` },
      ]
    : [
        { name: 'fc1', einsum: `FC1[${tokens}, c] = ${from} * W1[${weights}o, c]` },
        { name: 'fc2', einsum: `FC2[${tokens}, j] = FC1[${tokens}, c] * W2[${weights}c, j]` },
      ]
}

/** Number of experts with tokens, and of tokens for each if they are spread evenly. */
function expertRanks({ experts }: Block, { phase, batch, length }: BlockRun): Record<string, number> {
  if (experts === null) return {}
  const chosen = batch * (phase === 'decode' ? 1 : length) * experts.perToken
  const active = Math.min(experts.count, chosen)
  return { N: active, T: Math.ceil(chosen / active) }
}

/** What the cascade leaves out or assumes. */
export function blockNotes({ experts, gated, blocks }: Block): readonly string[] {
  return [
    `The cascade is one block; the model has ${blocks}, and embedding and output head besides.`,
    `Norms, softmax${gated ? ' and rotary embedding' : ', activation and biases'} are not counted.`,
    ...(experts === null
      ? []
      : [
          `Each token takes ${experts.perToken} of ${experts.count} experts, spread evenly; gathering and adding up their tokens is not counted.`,
          'To change batch, length or phase, import the file again: the tokens of an expert follow from them.',
        ]),
  ]
}
