import type { Fault } from '../support/result'

/** How the members of a cascade run: each alone, or fused as in docs/model.md, section 6 (Orojenesis secs. V-VII). */
export const STRATEGIES = ['unfused', 'untiled', 'tiled', 'flat', 'flashattention', 'segmented'] as const
export type Strategy = (typeof STRATEGIES)[number]

export const STRATEGY_TITLES: Readonly<Record<Strategy, string>> = {
  unfused: 'unfused',
  untiled: 'untiled',
  tiled: 'tiled',
  flat: 'FLAT',
  flashattention: 'FlashAttention',
  segmented: 'segmented',
}

/** Strategies only for the two products of attention. */
export const isAttentionOnly = (strategy: Strategy): boolean =>
  strategy === 'flat' || strategy === 'flashattention'

/** Why an attention strategy does not apply; with the names of the members of the nearest chain, if there is one. */
export const noAttention = (strategy: Strategy, chain: readonly string[] | undefined): Fault => ({
  code: 'strategy-does-not-apply',
  path: 'strategy',
  message: `${STRATEGY_TITLES[strategy]} is for the two products of attention, and ${
    chain === undefined
      ? 'this workload has no pair of Einsums to fuse'
      : `${chain[0]} and ${chain[1]} are not: no batch or head rank indexes the weights of both`
  }`,
  value: strategy,
  hint: 'use tiled or segmented',
})
