import type { RankAccess } from '../workload/einsum'

/** An index expression in our notation: `2*p + r`. */
export const affineText = ({ terms, offset }: Pick<RankAccess, 'terms' | 'offset'>): string =>
  terms
    .map(({ variable, coefficient }) => (coefficient === 1 ? variable : `${coefficient}*${variable}`))
    .join(' + ') + (offset === 0 ? '' : ` + ${offset}`)
