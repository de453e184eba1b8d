import type { TaggedFront } from '../../front/tagged-front'

/** Which segments may be formed. */
export interface Forms {
  /** Whether segments may be cut anywhere, or the chain is one. */
  readonly cuts: boolean
  /** Single members by the bound of their own Einsum, where cuts are allowed. */
  readonly alone: readonly TaggedFront<unknown>[]
  /** What the point-wise Einsums of each link cost where a cut falls on it. */
  readonly pointwise: readonly (TaggedFront<unknown> | null)[]
  /** [O]'s kn templates. */
  readonly tiled: boolean
  /** Whether the intermediate between the first two members may be cut along its columns. */
  readonly split: boolean
  /** The two flash orders, open to pairs. */
  readonly flash: boolean
}
