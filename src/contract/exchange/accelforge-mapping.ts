import { Document, type YAMLMap } from 'yaml'
import { err, ok, type Fault, type Result } from '../../core/support/result'
import type { BlockView, HoldingView, LeafView, LoopView, MappingView } from '../../core/mapping/mapping-view'

const BACKING_STORE = 'MainMemory'
const BUFFER = 'GlobalBuffer'
const MACS = 'MAC'

/** Thrown inside `exportAccelForgeMapping` where a tree has what AccelForge's mappings cannot say. */
class Unsayable extends Error {}

/**
 * Segments that run one after the other as an AccelForge mapping: loops with tile shapes, and where each tensor is stored.
 * `written` are the tensors of the backing store. Fault `not-in-accelforge`: overlaps that stay, loops that run backwards,
 * remainders, ranks that were searched as one, or lifetimes that overlap without one lying in the other.
 */
export function exportAccelForgeMapping(
  segments: readonly MappingView[],
  written: readonly string[],
): Result<string> {
  const document = new Document()
  const tagged = (tag: string, fields: Record<string, unknown>): YAMLMap => {
    const node = document.createNode(fields) as YAMLMap
    node.tag = tag
    return node
  }
  const storage = (tensors: readonly string[], component: string) =>
    tagged('!Storage', { tensors, component })
  const sequence = (parts: readonly (readonly YAMLMap[])[]): readonly YAMLMap[] =>
    parts.length === 1
      ? parts[0]!
      : [tagged('!Sequential', { nodes: parts.map((nodes) => tagged('!Nested', { nodes })) })]

  const childNodes = (child: LoopView | LeafView): readonly YAMLMap[] => {
    if (child.kind === 'einsum') return [tagged('!Compute', { einsum: child.einsum, component: MACS })]
    const { rank, tile, count, slides, backwards, first, rest, body } = child
    if (slides.length > 0 || first !== null)
      throw new Unsayable(`the overlap of ${slides.join(', ')} stays in the buffer`)
    if (backwards) throw new Unsayable(`the loop over ${rank} runs backwards`)
    if (rest !== null) throw new Unsayable(`the loop over ${rank} has a remainder with a mapping of its own`)
    if (rank.includes('·')) throw new Unsayable(`${rank} are searched as one rank`)
    const loop = count > 1 ? [tagged('!Temporal', { rank_variable: rank, tile_shape: tile })] : []
    return [...loop, ...blockNodes(body)]
  }
  const blockNodes = ({ holdings, children }: BlockView): readonly YAMLMap[] =>
    rangeNodes(children, holdings, 0, children.length - 1)

  /** Some children of a block, with the places that serve only them. */
  const rangeNodes = (
    children: BlockView['children'],
    holdings: readonly HoldingView[],
    from: number,
    to: number,
  ): readonly YAMLMap[] => {
    const around = holdings.filter((holding) => holding.from <= from && holding.to >= to)
    const inner = holdings.filter((holding) => !around.includes(holding))
    const before =
      around.length === 0
        ? []
        : [
            storage(
              around.map(({ tensor }) => tensor),
              BUFFER,
            ),
          ]
    if (from === to) return [...before, ...childNodes(children[from]!)]
    const groups: (readonly YAMLMap[])[] = []
    for (let at = from; at <= to;) {
      let end = at
      for (let i = at; i <= end; i++)
        for (const holding of inner) if (holding.from === i) end = Math.max(end, holding.to)
      const own = inner.filter((holding) => holding.from >= at && holding.to <= end)
      if (at === from && end === to)
        throw new Unsayable(`${own.map(({ tensor }) => tensor).join(', ')} are held for overlapping steps`)
      groups.push(rangeNodes(children, own, at, end))
      at = end + 1
    }
    return [...before, ...sequence(groups)]
  }
  try {
    const nodes = [storage(written, BACKING_STORE), ...sequence(segments.map(({ root }) => blockNodes(root)))]
    document.contents = document.createNode({ mapping: { nodes } }) as never
    return ok(document.toString({ lineWidth: 0 }))
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error
    return err([notSayable(error.message)])
  }
}

const notSayable = (why: string): Fault => ({
  code: 'not-in-accelforge',
  path: 'mapping',
  message: `This mapping cannot be written for AccelForge: ${why}`,
  hint: 'choose another buffer size or another strategy',
})
