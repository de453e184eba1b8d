import { tileSizes } from '../../model/pieces'
import { isPerHead, type ChainMember, type PerOperand } from './chain'

/**
 * The templates of a fused segment's members (docs/model.md, section 6; Orojenesis sec. V). Letters are the outer
 * loops, outermost first.
 */
export const TEMPLATES = {
  full: ['m'],
  tiledK: ['m', 'k'],
  tiledN: ['m', 'n'],
  tiledKN: ['m', 'n', 'k'],
  tiledNK: ['m', 'k', 'n'],
  flashN: ['n', 'm'],
  flashK: ['k', 'm'],
} as const satisfies Record<string, readonly ('m' | 'k' | 'n')[]>

export type Template = keyof typeof TEMPLATES

/** `streamed`: weights are fetched value by value. `held`: the buffer holds what the outer loops leave of them. */
export type WeightPlace = 'streamed' | 'held'

/** How one member of a fused segment is tiled. */
export interface MemberTiling {
  readonly template: Template
  /** Outer cuts of k and n: K2 and N2. */
  readonly kCuts: number
  readonly nCuts: number
  readonly weights: WeightPlace
}

/** A member in the middle with streamed weights. */
export const STREAMED: MemberTiling = { template: 'full', kCuts: 1, nCuts: 1, weights: 'streamed' }
/** A member that keeps all its weights. */
export const HELD: MemberTiling = { ...STREAMED, weights: 'held' }

/**
 * A pair in FlashAttention's orders: every number of chunks of the intermediate, with weights streamed or held in
 * chunks.
 */
export function flashTilings(first: ChainMember): readonly (readonly [MemberTiling, MemberTiling])[] {
  const places = ['streamed', 'held'] as const
  return tileSizes(first.n, 'perfect').flatMap((cuts) =>
    places.flatMap((one) =>
      places.map(
        (two) =>
          [
            { template: 'flashN', kCuts: 1, nCuts: cuts, weights: one },
            { template: 'flashK', kCuts: cuts, nCuts: 1, weights: two },
          ] as const,
      ),
    ),
  )
}

/** Bytes that a member's operands occupy and move, as if all of them crossed to the backing store. */
export interface MemberCost {
  readonly tile: PerOperand
  readonly traffic: PerOperand
  /** Whether all weights stay in the buffer from the first row block to the last. */
  readonly keepsWeights: boolean
}

/**
 * Cost of a member under a tiling, in bytes, if the segment's rows are cut into `rowBlocks` (M1). docs/model.md,
 * section 6, Eq. 26 to 28.
 */
export function memberCost(member: ChainMember, tiling: MemberTiling, rowBlocks: number): MemberCost {
  const { rows, k, n, heads, batch, bytesPerValue } = member
  const { template, kCuts, nCuts, weights } = tiling
  const counts = { m: rowBlocks, k: kCuts, n: nCuts }
  const outer = TEMPLATES[template]
  const rowsEach = rows / rowBlocks
  const [kEach, nEach] = [k / kCuts, n / nCuts]
  const held = weights === 'held'
  const whole = k * n === 1 || (held && kEach === k && nEach === n)

  const inputTile = rowsEach * kEach
  const outputTile = rowsEach * nEach
  const weightTile = held ? kEach * nEach : 1
  const streams = !held && kEach * nEach > 1
  const weightVisits = streams ? rowBlocks * kCuts * nCuts * kEach * nEach : visits(outer, counts, ['k', 'n'])
  const perBatch = whole ? batch : Math.max(1, batch / rowBlocks)
  const { input, output } = heads
  return {
    tile: {
      input: inputTile * input * bytesPerValue.input,
      weights: weightTile * (whole || isPerHead(member) ? heads.weights : 1) * bytesPerValue.weights,
      output: outputTile * output * bytesPerValue.output,
    },
    traffic: {
      input: inputTile * visits(outer, counts, ['m', 'k']) * input * bytesPerValue.input,
      weights: weightTile * weightVisits * heads.weights * perBatch * bytesPerValue.weights,
      output: (2 * outputTile * visits(outer, counts, ['m', 'n']) - rows * n) * output * bytesPerValue.output,
    },
    keepsWeights: whole,
  }
}

/** Product of the outer loops down to the innermost that has more than one iteration and indexes the tensor. */
function visits(
  outer: readonly ('m' | 'k' | 'n')[],
  counts: Readonly<Record<'m' | 'k' | 'n', number>>,
  relevant: readonly string[],
): number {
  let product = 1
  let upToRelevant = 1
  for (const loop of outer) {
    product *= counts[loop]
    if (counts[loop] > 1 && relevant.includes(loop)) upToRelevant = product
  }
  return upToRelevant
}

/** Bytes of a row of a member's input and output, heads included. */
export const rowBytes = ({ k, n, heads, bytesPerValue }: ChainMember): { input: number; output: number } => ({
  input: k * heads.input * bytesPerValue.input,
  output: n * heads.output * bytesPerValue.output,
})
