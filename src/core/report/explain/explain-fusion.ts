import type { PerOperand } from '../../mappers/chain-fusion/chain'
import type { SegmentAt } from '../../mappers/chain-fusion/read-fusion'
import { formatInteger, formatNumber } from '../../units/format'
import { OROJENESIS, type Explanation, type Ingredient } from './explanation'

/** By what each operand is cut: K2 and N2 are outer cuts of the ranks that it has beside its rows. */
const TILES: Readonly<Record<keyof PerOperand, string>> = {
  input: 'I tile = M0 x K / K2 x heads x bytes per value',
  weights: 'W tile = K / K2 x N / N2 where held (1 value where streamed) x heads x bytes per value',
  output: 'O tile = M0 x N / N2 x heads x bytes per value',
}
const TRAFFICS: Readonly<Record<keyof PerOperand, string>> = {
  input: 'I traffic = I tile x visits; visits = outer loops down to the innermost over M or K',
  weights:
    'W traffic = W tile x visits x heads x batch; visits = outer loops down to the innermost over K or N',
  output: 'O traffic = 2 x O tile x visits - size; visits = outer loops down to the innermost over M or N',
}
const OPERANDS: Readonly<Record<keyof PerOperand, string>> = {
  input: 'input',
  weights: 'weights',
  output: 'output',
}

/** What a member of a fused segment holds, or moves, of one operand. */
export function explainMember(
  segment: Pick<SegmentAt, 'members' | 'rowBlocks' | 'rowsPerBlock' | 'form' | 'chain' | 'buffer'>,
  at: number,
  operand: keyof PerOperand,
  what: 'tile' | 'traffic',
): Explanation {
  const { name, tile, traffic, tiling, keepsWeights } = segment.members[at]!
  const stays = what === 'traffic' && traffic[operand] === 0
  const times = tile[operand] > 0 ? traffic[operand] / tile[operand] : 0
  const member = segment.chain?.members.find((other) => other.name === name)
  const cuts: readonly Ingredient[] = [
    {
      name: 'rows',
      value: `${formatInteger(segment.rowBlocks)} blocks of ${formatInteger(segment.rowsPerBlock)}`,
      source: 'M1 x M0: one cut for the whole segment',
    },
    ...(tiling === null
      ? []
      : [
          {
            name: 'cuts',
            value: `K2 = ${tiling.kCuts}, N2 = ${tiling.nCuts}`,
            source: `template ${tiling.template}`,
          },
          {
            name: 'weights',
            value: keepsWeights ? 'kept whole' : tiling.weights,
            source: keepsWeights ? 'fetched once a batch' : 'fetched again with every visit',
          },
        ]),
    ...(member === undefined
      ? []
      : [
          {
            name: 'M, K, N',
            value: [member.rows, member.k, member.n].map(formatInteger).join(', '),
            source: `rows, reduced and produced ranks of ${name}`,
          },
          {
            name: 'heads',
            value: formatInteger(member.heads[operand]),
            source: `of its ${OPERANDS[operand]}`,
          },
        ]),
  ]
  return {
    title: `${what === 'tile' ? 'Tile' : 'Traffic'} of ${name}'s ${OPERANDS[operand]}`,
    value: `${formatInteger(what === 'tile' ? tile[operand] : traffic[operand])} B`,
    formula: stays
      ? 'an intermediate inside the segment never leaves the buffer'
      : tiling === null
        ? `as ${name} runs by itself, its intermediates whole in the buffer`
        : (what === 'tile' ? TILES : TRAFFICS)[operand],
    substituted: stays
      ? '0 B'
      : what === 'tile'
        ? tileProduct(segment, at, operand)
        : operand === 'output' && times !== 1
          ? `2 x ${formatInteger(tile.output)} B x visits - size = ${formatInteger(traffic.output)} B`
          : `${formatInteger(tile[operand])} B x ${formatNumber(times, 9)}`,
    ingredients: cuts,
    reference: `${OROJENESIS} sec. V-B, ${segment.form} segment`,
    attainedAt: null,
  }
}

/** A tile as the product of its extents; what is left of it are heads that it holds together. */
function tileProduct(
  { members, chain, rowsPerBlock }: Pick<SegmentAt, 'members' | 'chain' | 'rowsPerBlock'>,
  at: number,
  operand: keyof PerOperand,
): string {
  const { name, tile, tiling } = members[at]!
  const member = chain?.members.find((other) => other.name === name)
  if (member === undefined || tiling === null) return `${formatInteger(tile[operand])} B`
  const [k, n] = [member.k / tiling.kCuts, member.n / tiling.nCuts]
  const extents = {
    input: [rowsPerBlock, k],
    weights: tiling.weights === 'held' ? [k, n] : [1],
    output: [rowsPerBlock, n],
  }[operand]
  const bytes = member.bytesPerValue[operand]
  const heads = tile[operand] / (extents.reduce((product, extent) => product * extent, 1) * bytes)
  return `${[...extents, heads].map((extent) => formatInteger(extent)).join(' x ')} x ${formatNumber(bytes)} B`
}
