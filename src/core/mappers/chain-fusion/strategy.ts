/** How the members of a cascade run: apart, or fused as [O] secs. V-VII describe. */
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
