import fc from 'fast-check'
import type { Chain, ChainMember } from '../../src/core/mappers/chain-fusion/chain'

const size = (...values: number[]) => fc.constantFrom(...values)

/** Small chains with odd shapes, several widths, reductions, heads between some members and batches among the rows. */
export const arbitraryChain = (longest: number, plain = false): fc.Arbitrary<Chain> =>
  fc.integer({ min: 2, max: longest }).chain((length) =>
    fc
      .record({
        rows: size(1, 2, 3, 4, 6),
        batch: plain ? fc.constant(1) : size(1, 1, 2),
        heads: plain ? fc.constant(1) : size(1, 2, 3),
        columns: fc.array(length > 3 ? size(1, 2, 3) : size(1, 2, 3, 4, 5, 6), {
          minLength: length + 1,
          maxLength: length + 1,
        }),
        headed: fc.array(fc.boolean(), { minLength: length + 1, maxLength: length + 1 }),
        batched: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
        reduced: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
        widths: fc.array(size(1, 2), { minLength: 2 * length + 1, maxLength: 2 * length + 1 }),
      })
      .map(({ rows, batch, heads, columns, headed, batched, reduced, widths }) => {
        const members = Array.from({ length }, (_, e): ChainMember => {
          const [before, after] = [headed[e] ? heads : 1, headed[e + 1] ? heads : 1]
          const own = batched[e] ? batch : 1
          const [k, n] = [columns[e]!, columns[e + 1]!]
          const both = before > 1 && after > 1
          return {
            einsum: e,
            inputPosition: 0,
            rows: rows * batch,
            k,
            n,
            ranks: {
              shared: own * (both ? heads : 1),
              m: (rows * batch) / own,
              k: k * (before > 1 && !both ? heads : 1),
              n: n * (after > 1 && !both ? heads : 1),
            },
            heads: { input: before, weights: before > 1 || after > 1 ? heads : 1, output: after },
            batch: own,
            bytesPerValue: { input: widths[e]!, weights: widths[length + 1 + e]!, output: widths[e + 1]! },
            reduced: reduced[e]!,
          }
        })
        return {
          members,
          links: members.slice(1).map(() => ({ pointwise: [], sides: [] })),
        }
      }),
  )
