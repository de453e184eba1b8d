import type { Fault } from '../support/result'

/** How the members of a cascade run in the paper's mapspace: each by itself, or fused as secs. V-VII describe. */
export const PAPER_STRATEGIES = [
  'unfused',
  'untiled',
  'tiled',
  'flat',
  'flashattention',
  'segmented',
] as const
export type PaperStrategy = (typeof PAPER_STRATEGIES)[number]

/** `fused` is the general search over loop trees. */
export const STRATEGIES = [...PAPER_STRATEGIES, 'fused'] as const
export type Strategy = (typeof STRATEGIES)[number]

export const STRATEGY_TITLES: Readonly<Record<Strategy, string>> = {
  unfused: 'unfused',
  untiled: 'untiled',
  tiled: 'tiled',
  flat: 'FLAT',
  flashattention: 'FlashAttention',
  segmented: 'segmented',
  fused: 'fused',
}

/** Whether it is fused as the paper does, and counted so in any mapspace. */
export const isOfPaper = (strategy: Strategy): boolean => strategy !== 'unfused' && strategy !== 'fused'

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

/** Why a strategy of the paper does not apply to the full mapspace. */
export const paperOnly = (strategy: Strategy): Fault => ({
  code: 'strategy-of-the-paper',
  path: 'strategy',
  message: `${STRATEGY_TITLES[strategy]} is a strategy of the paper's mapspace`,
  value: strategy,
  hint: 'use --mapspace paper, or the strategy fused, which searches every loop tree',
})

/** Whether a strategy does not apply only for the mapspace; then another stands in for it (`strategyOf`). */
export const isOfOtherMapspace = ({ code }: Fault): boolean =>
  code === 'strategy-of-the-paper' || code === fullOnly.code

/** Why the general search does not apply to the paper's mapspace. */
export const fullOnly: Fault = {
  code: 'strategy-of-full',
  path: 'strategy',
  message: 'The general search over loop trees is not in the mapspace of the paper',
  value: 'fused',
  hint: 'use --mapspace full, or a strategy of the paper such as segmented',
}
