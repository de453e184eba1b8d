import type { Front } from '../../front/columns'

/** Which segments may be formed. */
export interface Forms {
  /** Whether segments may be cut anywhere; otherwise the chain is one segment. */
  readonly cuts: boolean
  /** Fronts of the members run alone; used if cuts are allowed. */
  readonly alone: readonly Front<unknown>[]
  /** Fronts of the point-wise Einsums of each link, for a cut on it. */
  readonly pointwise: readonly (Front<unknown> | null)[]
  /** The paper's tiled templates (docs/model.md, section 6). */
  readonly tiled: boolean
  /** Whether the intermediate of the first two members may also be cut along its columns. */
  readonly split: boolean
  /** The two flash orders, for pairs. */
  readonly flash: boolean
}
