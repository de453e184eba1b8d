import { conversion, type Conversion } from './conversion'
import { Labellings } from './labelling'
import { buildPart, type Part, type PartKey } from './part'
import { RowIds } from './row-ids'
import type { PlainCascade } from './plain-cascade'

/** The parts of a cascade, each built once; all searches of the cascade may share them. */
export class Parts {
  private readonly labellings: Labellings
  private readonly ids = new RowIds(5)
  private readonly known: Part[] = []
  private readonly conversions: Map<number, Conversion>[] = []

  constructor(private readonly cascade: PlainCascade) {
    this.labellings = new Labellings(cascade)
  }

  /** The part of a block (`isBlock`: nothing is looped in it), or of what stands in a stack. */
  get(key: PartKey, isBlock: boolean): Part {
    const { einsums, free, live, tiled } = key
    const id = this.ids.id(einsums, free, live, tiled, isBlock ? 1 : 0)
    const known = this.known[id]
    if (known !== undefined) return known
    const labelling = this.labellings.get(einsums, free, tiled)
    return (this.known[id] = buildPart(this.cascade, labelling, key, id, isBlock))
  }

  conversion(from: Part, to: Part): Conversion {
    const known = (this.conversions[from.id] ??= new Map())
    let found = known.get(to.id)
    if (found === undefined) known.set(to.id, (found = conversion(from, to)))
    return found
  }
}
