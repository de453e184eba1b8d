import { sizesOf, tensorBytes } from '../../workload/cascade'
import type { Einsum, Workload } from '../../workload/einsum'
import type { Chain, ChainMember, Link, PerOperand, ProductRanks, SideOperand } from './chain'
import type { FusibleEdge } from './fusible-edges'
import { productRoles, variablesOf } from './product-roles'
import type { RankClasses } from './rank-classes'

/** A member of a path, with the classes of ranks that index each of its operands. */
export interface PathMember {
  readonly index: number
  readonly einsum: Einsum
  /** The operand along the path. */
  readonly input: string
  readonly classes: { readonly [Operand in keyof PerOperand]: ReadonlySet<string> }
}

export function pathMember(
  workload: Workload,
  index: number,
  input: string,
  classes: RankClasses,
): PathMember {
  const einsum = workload.einsums[index]!
  const roles = productRoles(einsum, input)!
  return {
    index,
    einsum,
    input,
    classes: {
      input: classes.ofAccess(index, roles.input),
      weights: classes.ofAccess(index, roles.weights),
      output: classes.ofAccess(index, roles.output),
    },
  }
}

/**
 * The classes of ranks that run through a whole stretch of members (rows), and those that only a part of it shares
 * (heads).
 */
export interface ChainRanks {
  readonly rows: ReadonlySet<string>
  readonly heads: ReadonlySet<string>
}

/**
 * Which ranks of a stretch are rows and which are heads (docs/model.md, section 6; Orojenesis sec. V, here for any
 * cascade). Rows index every input and output. At least one of them must not index weights; otherwise no row can be
 * passed on, and the result is null. A rank that a member carries from input to output and that is no row is a head.
 *
 * A rank that indexes every operand of all members may be batch or heads, as in a pair of attention products alone.
 * If there are several, the outermost is the batch. A single one is the heads, unless several ranks run through the
 * stretch without indexing weights: then the heads are among these (multi-query), and the single one is the batch.
 */
export function chainRanks(members: readonly PathMember[]): ChainRanks | null {
  const carried = members.map(({ classes }) => intersection(classes.input, classes.output))
  const through = carried.reduce((common, here) => intersection(common, here))
  const inWeights = (c: string) => members.some(({ classes }) => classes.weights.has(c))
  if (![...through].some((c) => !inWeights(c))) return null
  const everywhere = [...through].filter((c) => members.every(({ classes }) => classes.weights.has(c)))
  const withoutWeights = [...through].filter((c) => !inWeights(c))
  const hasBatch = everywhere.length > 1 || withoutWeights.length > 1
  const heads = new Set(everywhere.slice(hasBatch ? 1 : 0))
  const rows = new Set([...through].filter((c) => !heads.has(c)))
  for (const here of carried) for (const c of here) if (!rows.has(c)) heads.add(c)
  return { rows, heads }
}

/** Members and links of a stretch, with sizes by role. */
export function chainOf(
  workload: Workload,
  members: readonly PathMember[],
  edges: readonly FusibleEdge[],
  ranks: ChainRanks,
  classes: RankClasses,
): Chain {
  const rows = sizeOfClasses(members[0]!, ranks.rows, classes)
  return {
    members: members.map((member, e) => chainMember(member, edges[e], ranks, classes, workload)),
    links: edges.map(({ pointwise, sides }): Link => ({
      pointwise,
      sides: sides.map(({ access, einsum }): SideOperand => {
        const sizeOf = sizesOf(workload.einsums[einsum]!)
        const size = tensorBytes(workload.einsums[einsum]!, access)
        const indexing = [...variablesOf(access)].filter((v) => ranks.rows.has(classes.of(einsum, v)))
        return {
          einsum,
          input: workload.einsums[einsum]!.inputs.indexOf(access),
          bytes: size,
          bytesPerValue: access.bitsPerValue / 8,
          rows: Math.min(
            rows,
            indexing.reduce((product, v) => product * sizeOf(v), 1),
          ),
        }
      }),
    })),
  }
}

function chainMember(
  member: PathMember,
  after: FusibleEdge | undefined,
  { rows, heads }: ChainRanks,
  classes: RankClasses,
  workload: Workload,
): ChainMember {
  const { einsum, index, input } = member
  const { input: i, weights: w, output: o } = member.classes
  const product = (wanted: (c: string) => boolean) =>
    sizeOfClasses(member, new Set([...i, ...w, ...o].filter(wanted)), classes)
  const roles = productRoles(einsum, input)!
  return {
    einsum: index,
    inputPosition: einsum.inputs.indexOf(roles.input),
    rows: product((c) => rows.has(c)),
    k: product((c) => i.has(c) && w.has(c) && !o.has(c) && !heads.has(c)),
    n: product((c) => w.has(c) && o.has(c) && !i.has(c) && !heads.has(c)),
    ranks: ranksOf(product, i, w, o),
    heads: {
      input: product((c) => heads.has(c) && i.has(c)),
      weights: product((c) => heads.has(c) && w.has(c)),
      output: product((c) => heads.has(c) && o.has(c)),
    },
    batch: product((c) => rows.has(c) && w.has(c)),
    bytesPerValue: {
      input: roles.input.bitsPerValue / 8,
      weights: roles.weights.bitsPerValue / 8,
      output: roles.output.bitsPerValue / 8,
    },
    reduced:
      Object.hasOwn(workload.rowReductions, einsum.output.tensor) ||
      (after !== undefined &&
        (after.reducedVariables.length > 0 ||
          after.pointwise.some((p) =>
            Object.hasOwn(workload.rowReductions, workload.einsums[p]!.output.tensor),
          ))),
  }
}

const ranksOf = (
  product: (wanted: (c: string) => boolean) => number,
  i: ReadonlySet<string>,
  w: ReadonlySet<string>,
  o: ReadonlySet<string>,
): ProductRanks => ({
  shared: product((c) => i.has(c) && w.has(c) && o.has(c)),
  m: product((c) => i.has(c) && !w.has(c) && o.has(c)),
  k: product((c) => i.has(c) && w.has(c) && !o.has(c)),
  n: product((c) => !i.has(c) && w.has(c) && o.has(c)),
})

function sizeOfClasses(
  { einsum, index }: PathMember,
  wanted: ReadonlySet<string>,
  classes: RankClasses,
): number {
  return einsum.variables.reduce(
    (product, { name, size }) => (wanted.has(classes.of(index, name)) ? product * size : product),
    1,
  )
}

const intersection = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...a].filter((c) => b.has(c)))
