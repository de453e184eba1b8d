import { conversion, type Conversion } from './conversion'
import { Labellings, type Labelling } from './labelling'
import { Layout } from './layout'
import { buildPart, type Part, type PartKey } from './part'
import type { PlainCascade } from './plain-cascade'
import { RowIds } from './row-ids'

/** The parts of a cascade, each built once; all searches of the cascade may share them. */
export class Parts {
  private readonly labellings: Labellings
  private readonly ids = new RowIds(5)
  private readonly known: Part[] = []
  private readonly layouts = new Map<string, Layout>()
  private readonly conversions: Conversion[][] = []

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
    return (this.known[id] = buildPart(this.cascade, labelling, key, isBlock, this.layoutOf))
  }

  private readonly layoutOf = (labelling: Labelling, keyed: number[][], common: number[][]): Layout => {
    const key = `${labelling.id}:${keyed.join(';')}:${common.join(';')}`
    let found = this.layouts.get(key)
    if (found === undefined) {
      found = new Layout(this.layouts.size, this.cascade, labelling, keyed, common)
      this.layouts.set(key, found)
    }
    return found
  }

  conversion({ layout: from }: Part, { layout: to }: Part): Conversion {
    const known = (this.conversions[from.id] ??= [])
    return (known[to.id] ??= conversion(from, to))
  }
}
