import { bytes, type Bytes } from '../units/quantity'
import type { BlockView, HoldingView, MappingView } from './mapping-view'

/** A row of a loop tree written out: a loop, or an Einsum. */
export interface TreeRow {
  readonly depth: number
  readonly text: string
  /** Position of the Einsum among the leaves; null for a loop. */
  readonly leaf: number | null
}

/** A tensor that lies in the buffer from one row of the tree to another, both included. */
export interface Residency {
  readonly tensor: string
  readonly bytes: Bytes
  readonly fromRow: number
  readonly toRow: number
  /** The Einsums that run meanwhile, as positions among the leaves. */
  readonly fromLeaf: number
  readonly toLeaf: number
}

/** A loop tree row by row, and what lies in the buffer while one iteration of each loop runs, outermost first. */
export interface Residencies {
  readonly rows: readonly TreeRow[]
  /** Names of the Einsums, in the order in which they run. */
  readonly leaves: readonly string[]
  readonly held: readonly Residency[]
  /** What lies in the buffer while each Einsum runs. */
  readonly occupied: readonly Bytes[]
}

/** Loops that run once say nothing and are left out. First and last iterations that differ are not shown. */
export function residenciesOf({ root }: MappingView): Residencies {
  const rows: TreeRow[] = []
  const leaves: string[] = []
  const held: Residency[] = []
  const walk = ({ holdings, children }: BlockView, depth: number): void => {
    const starts: { row: number; leaf: number }[] = []
    const kept = held.length
    for (const child of children) {
      starts.push({ row: rows.length, leaf: leaves.length })
      if (child.kind === 'einsum') {
        rows.push({ depth, text: child.einsum, leaf: leaves.length })
        leaves.push(child.einsum)
        continue
      }
      const isShown = child.count > 1
      if (isShown) rows.push({ depth, text: `for ${child.rank}: ${child.count} x ${child.tile}`, leaf: null })
      const windows = child.windows.map((window): HoldingView => ({
        ...window,
        from: 0,
        to: child.body.children.length - 1,
      }))
      walk({ ...child.body, holdings: [...windows, ...child.body.holdings] }, isShown ? depth + 1 : depth)
    }
    starts.push({ row: rows.length, leaf: leaves.length })
    const own = holdings.map(({ tensor, from, to, bytes: occupied }): Residency => ({
      tensor,
      bytes: occupied,
      fromRow: starts[from]!.row,
      toRow: starts[to + 1]!.row - 1,
      fromLeaf: starts[from]!.leaf,
      toLeaf: starts[to + 1]!.leaf - 1,
    }))
    // Outer places come before inner ones.
    held.splice(kept, 0, ...own)
  }
  walk(root, 0)
  const occupied = leaves.map((_, leaf) =>
    bytes(
      held.reduce(
        (sum, { bytes: own, fromLeaf, toLeaf }) => (leaf >= fromLeaf && leaf <= toLeaf ? sum + own : sum),
        0,
      ),
    ),
  )
  return { rows, leaves, held, occupied }
}
