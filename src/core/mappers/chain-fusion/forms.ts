import type { Front } from '../../front/columns'

/** Which segments may be formed. */
export interface Forms {
  /** Whether segments may be cut anywhere, or the chain is one. */
  readonly cuts: boolean
  /** Single members by the bound of their own Einsum, where cuts are allowed. */
  readonly alone: readonly Front<unknown>[]
  /** What the point-wise Einsums of each link cost where a cut falls on it. */
  readonly pointwise: readonly (Front<unknown> | null)[]
  /** [O]'s kn templates. */
  readonly tiled: boolean
  /** Whether the intermediate between the first two members may be cut along its columns. */
  readonly split: boolean
  /** The two flash orders, open to pairs. */
  readonly flash: boolean
}
