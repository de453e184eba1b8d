import type { MachineProblem } from '../problem'
import type { SkeletonShape, Tenant } from './rank-lists'

const BITS_PER_BYTE = 8

/** The bounded pools of a skeleton, with the tenants of each. */
export class Rooms {
  private readonly pools: readonly { readonly tenants: readonly number[]; readonly bits: number }[]
  private readonly bits: Float64Array

  constructor(
    { memories }: MachineProblem,
    readonly tenants: readonly Tenant[],
  ) {
    this.bits = Float64Array.from(tenants, ({ bits }) => bits)
    this.pools = memories.flatMap(({ capacity, ownCapacity }, m) => {
      const here = tenants.flatMap(({ memory }, h) => (memory === m ? [h] : []))
      const isOwn = (h: number) => ownCapacity[tenants[h]!.tensor] !== null
      const pool = here.filter((h) => !isOwn(h))
      return [
        ...here
          .filter(isOwn)
          .map((h) => ({ tenants: [h], bits: ownCapacity[tenants[h]!.tensor]! * BITS_PER_BYTE })),
        ...(capacity === null || pool.length === 0
          ? []
          : [{ tenants: pool, bits: capacity * BITS_PER_BYTE }]),
      ]
    })
  }

  /** Whether tiles fit that are, by tenant, the product of two columns. */
  fit(a: Float64Array, from: number, b: Float64Array): boolean {
    for (let p = 0; p < this.pools.length; p++) {
      const { tenants, bits } = this.pools[p]!
      let taken = 0
      for (let i = 0; i < tenants.length; i++) {
        const h = tenants[i]!
        taken += this.bits[h]! * a[from + h]! * b[h]!
      }
      if (taken > bits) return false
    }
    return true
  }
}

/** The rooms of each skeleton, made once. */
export class RoomTable {
  private readonly known = new Map<SkeletonShape, Rooms>()

  constructor(private readonly problem: MachineProblem) {}

  of(shape: SkeletonShape): Rooms {
    const before = this.known.get(shape)
    if (before !== undefined) return before
    const rooms = new Rooms(this.problem, shape.tenants)
    this.known.set(shape, rooms)
    return rooms
  }
}
