import type { MachineProblem } from '../problem'
import type { Coefficients } from './coefficients'
import { FactorTable } from './factor-table'
import type { Edge, Skeleton } from './skeletons'

/** A holder that takes room in a bounded memory. */
export interface Tenant {
  readonly step: number
  readonly tensor: number
  readonly memory: number
  readonly bits: number
}

/** How a rank's places stand to edges and tenants; `above` is a number of places. Shapes that are alike have one id. */
export interface RankShape {
  readonly id: number
  readonly rank: number
  readonly places: number
  /** Edges of tensors that lack this rank alone: it decides their cost. */
  readonly lacking: readonly { readonly edge: number; readonly above: number }[]
  /**
   * By joint edge. `lesser` is the size of the greatest rank of a window in which this one is a lesser one; 0 if it is
   * none, or at the MACs.
   */
  readonly joint: readonly { readonly edge: number; readonly above: number; readonly lesser: number }[]
  /** By tenant; -1: the rank does not index it. */
  readonly rooms: readonly number[]
  readonly tenants: readonly Tenant[]
}

/** What a skeleton's search needs of its structure. */
export interface SkeletonShape {
  readonly skeleton: Skeleton
  readonly tenants: readonly Tenant[]
  /** By rank with more than one value. */
  readonly ranks: readonly RankShape[]
}

/** One rank's factor lists below a skeleton and a split, least energy first. */
export interface RankList {
  readonly rank: number
  readonly places: number
  readonly length: number
  /** `[row * places + place]` */
  readonly factors: Float64Array
  readonly energy: Float64Array
  /** `[row * channels + channel]` */
  readonly seconds: Float64Array
  /** Values of the rank inside each tenant: `[row * tenants + tenant]`. */
  readonly inside: Float64Array
  /** Temporal iterations above each joint edge: `[row * joint + edge]`. */
  readonly above: Float64Array
  /** Over all rows. */
  readonly leastSeconds: Float64Array
  readonly leastInside: Float64Array
  readonly leastAbove: Float64Array
  readonly mostAbove: Float64Array
}

/** Columns before prices are known. */
interface Columns {
  readonly length: number
  readonly factors: Float64Array
  /** Temporal iterations above the lacking edges, then the joint ones, then those inside the tenants. */
  readonly values: Float64Array
}

/** Lists of factors by shape and split, each made once. */
export class RankLists {
  private readonly table = new FactorTable()
  private readonly shapeIds = new Map<string, number>()
  private readonly all = new Map<string, Columns>()
  private readonly least = new Map<string, Columns>()
  private readonly priced = new Map<number, RankList | null>()
  /** By tensor: the ranks with more than one value that do not index it. */
  readonly lacking: readonly (readonly number[])[]

  constructor(
    private readonly problem: MachineProblem,
    private readonly lesser: readonly (readonly number[])[],
    private readonly channels: number,
  ) {
    this.lacking = problem.tensors.map(({ indexes }) =>
      indexes.flatMap((isIndexed, rank) => (isIndexed || problem.ranks[rank]!.size === 1 ? [] : [rank])),
    )
  }

  /** Edges whose cost no rank decides, one does (`own`), or several do; those of windows are joint. */
  edgesOf(edges: readonly Edge[], kind: 'fixed' | 'own' | 'joint'): number[] {
    return edges.flatMap(({ tensor }, edge) => {
      const { length } = this.lacking[tensor]!
      const isOwn = length === 1 && !this.problem.tensors[tensor]!.isWindowed
      return kind === (length === 0 ? 'fixed' : isOwn ? 'own' : 'joint') ? [edge] : []
    })
  }

  shapeOf(edges: readonly Edge[], skeleton: Skeleton): SkeletonShape {
    const { problem } = this
    const tenants = tenantsOf(problem, skeleton)
    const joint = this.edgesOf(edges, 'joint')
    const own = this.edgesOf(edges, 'own')
    const ranks = problem.ranks.flatMap(({ size }, rank): RankShape[] => {
      if (size === 1) return []
      const places = skeleton.places[rank]!
      const placesTo = (position: number) => places.filter((place) => place <= position).length
      const isIndexed = (tensor: number) => problem.tensors[tensor]!.indexes[rank]!
      const shape = {
        rank,
        places: places.length,
        lacking: own
          .filter((edge) => !isIndexed(edges[edge]!.tensor))
          .map((edge) => ({ edge, above: placesTo(skeleton.positions[edge]!) })),
        joint: joint.map((edge) => {
          const { tensor, inner } = edges[edge]!
          const lesser = inner < 0 ? 0 : this.lesser[tensor]![rank]!
          return { edge, above: isIndexed(tensor) ? 0 : placesTo(skeleton.positions[edge]!), lesser }
        }),
        rooms: tenants.map(({ step, tensor }) => (isIndexed(tensor) ? placesTo(step) : -1)),
        tenants,
      }
      const key = JSON.stringify([
        shape,
        shape.lacking.map(({ edge }) => edges[edge]),
        joint.map((edge) => edges[edge]),
      ])
      const id = this.shapeIds.get(key) ?? this.shapeIds.size
      this.shapeIds.set(key, id)
      return [{ id, ...shape }]
    })
    return { skeleton, tenants, ranks }
  }

  /** The lists of a shape; null if there is no place for the rank's loops. `context` numbers what prices depend on. */
  of(shape: RankShape, context: number, coefficients: Coefficients): RankList | null {
    const key = shape.id * 2 ** 26 + context
    const known = this.priced.get(key)
    if (known !== undefined) return known
    const list = this.price(shape, coefficients)
    this.priced.set(key, list)
    return list
  }

  private price(shape: RankShape, coefficients: Coefficients): RankList | null {
    const { problem, channels } = this
    const { rank, places, lacking, joint, tenants, rooms } = shape
    const stride = problem.dims.length + 1
    const spread = (dim: number) => coefficients.before[rank * stride + dim]!
    const quotient = problem.ranks[rank]!.size / spread(problem.dims.length)
    // Windows tell factors apart that cost the same without them.
    const mayDrop =
      !problem.tensors.some(({ isWindowed }) => isWindowed) &&
      [...lacking, ...joint].every(({ edge }) => coefficients.isRising(edge))
    const { length, factors, values } = this.columnsOf(shape, quotient, mayDrop)
    if (length === 0) return null
    const width = lacking.length + joint.length + tenants.length
    const energy = new Float64Array(length)
    const seconds = new Float64Array(length * channels)
    const inside = new Float64Array(length * tenants.length)
    const above = new Float64Array(length * joint.length)
    const spatial = tenants.map(({ memory }, h) =>
      rooms[h]! < 0 ? 1 : spread(problem.dims.length) / spread(problem.memories[memory]!.dimsBefore),
    )
    const edges = coefficients.energy.length
    for (let row = 0; row < length; row++) {
      let at = row * width
      for (let i = 0; i < lacking.length; i++) {
        const { edge } = lacking[i]!
        const x = values[at++]!
        energy[row]! += coefficients.energy[edge]! * x
        for (let c = 0; c < channels; c++)
          seconds[row * channels + c]! += coefficients.seconds[c * edges + edge]! * x
      }
      for (let j = 0; j < joint.length; j++) above[row * joint.length + j] = values[at++]!
      for (let h = 0; h < tenants.length; h++) inside[row * tenants.length + h] = values[at++]! * spatial[h]!
    }
    return sorted({ rank, places, length, factors, energy, seconds, inside, above })
  }

  private columnsOf(shape: RankShape, quotient: number, mayDrop: boolean): Columns {
    const key = `${shape.id}/${quotient}`
    const kept = mayDrop ? this.least : this.all
    const known = kept.get(key)
    if (known !== undefined) return known
    const columns = mayDrop
      ? undominated(this.columnsOf(shape, quotient, false), shape)
      : this.columns(shape, quotient)
    kept.set(key, columns)
    return columns
  }

  private columns({ places, lacking, joint, rooms }: RankShape, quotient: number): Columns {
    const { length, factors } = this.table.of(quotient, places)
    const width = lacking.length + joint.length + rooms.length
    const values = new Float64Array(length * width)
    const product = new Float64Array(places + 1)
    product[0] = 1
    for (let row = 0; row < length; row++) {
      for (let p = 0; p < places; p++) product[p + 1] = product[p]! * factors[row * places + p]!
      let at = row * width
      for (const { above } of lacking) values[at++] = product[above]!
      for (const { above, lesser } of joint) {
        const x = product[above]!
        // A loop over a lesser rank of a window brings its own extent at least.
        values[at++] = lesser === 0 || x === 1 ? x : Math.min(1, quotient / lesser)
      }
      for (const above of rooms) values[at++] = above < 0 ? 1 : quotient / product[above]!
    }
    return { length, factors, values }
  }
}

function tenantsOf({ memories }: MachineProblem, { steps }: Skeleton): Tenant[] {
  return steps.flatMap(({ tensor, memory }, step) => {
    const { capacity, ownCapacity, bits, overlap } = memories[memory]!
    if (capacity === null && ownCapacity[tensor] === null) return []
    return [{ step, tensor, memory, bits: bits[tensor]! * (overlap === 'double' ? 2 : 1) }]
  })
}

/** Drops rows that another one equals or beats in every column. */
function undominated(
  { length, factors, values }: Columns,
  { places, lacking, joint, rooms }: RankShape,
): Columns {
  const width = lacking.length + joint.length + rooms.length
  const sum = (row: number) => {
    let total = 0
    for (let i = 0; i < width; i++) total += Math.log(values[row * width + i]!)
    return total
  }
  const sums = Float64Array.from({ length }, (_, row) => sum(row))
  const order = Int32Array.from({ length }, (_, row) => row).sort((a, b) => sums[a]! - sums[b]! || a - b)
  const rows: number[] = []
  for (const row of order) {
    const isBeaten = rows.some((other) => {
      for (let i = 0; i < width; i++) if (values[other * width + i]! > values[row * width + i]!) return false
      return true
    })
    if (!isBeaten) rows.push(row)
  }
  return {
    length: rows.length,
    factors: gather(factors, rows, places),
    values: gather(values, rows, width),
  }
}

function gather(values: Float64Array, rows: ArrayLike<number>, width: number): Float64Array {
  const found = new Float64Array(rows.length * width)
  for (let k = 0; k < rows.length; k++)
    for (let i = 0; i < width; i++) found[k * width + i] = values[rows[k]! * width + i]!
  return found
}

/** Rows in the order of their energies. */
function sorted(list: Omit<RankList, 'leastSeconds' | 'leastInside' | 'leastAbove' | 'mostAbove'>): RankList {
  const { length, energy } = list
  const rows = Int32Array.from({ length }, (_, row) => row).sort((a, b) => energy[a]! - energy[b]! || a - b)
  const least = (values: Float64Array, sign: 1 | -1) => {
    const width = values.length / length
    const found = new Float64Array(width)
    extreme(found, 0, values, width, rows, sign)
    return found
  }
  const ordered = (values: Float64Array) => gather(values, rows, values.length / length)
  return {
    ...list,
    factors: ordered(list.factors),
    energy: ordered(energy),
    seconds: ordered(list.seconds),
    inside: ordered(list.inside),
    above: ordered(list.above),
    leastSeconds: least(list.seconds, 1),
    leastInside: least(list.inside, 1),
    leastAbove: least(list.above, 1),
    mostAbove: least(list.above, -1),
  }
}

/** Writes the least (sign 1) or greatest (sign -1) of each column over some rows. */
export function extreme(
  into: Float64Array,
  at: number,
  values: Float64Array,
  width: number,
  rows: ArrayLike<number>,
  sign: 1 | -1,
): void {
  for (let i = 0; i < width; i++) into[at + i] = values[rows[0]! * width + i]!
  for (let k = 1; k < rows.length; k++)
    for (let i = 0; i < width; i++) {
      const value = values[rows[k]! * width + i]!
      if (sign * (value - into[at + i]!) < 0) into[at + i] = value
    }
}
