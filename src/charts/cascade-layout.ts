import { Graph, layout } from '@dagrejs/dagre'
import type { Workload } from '../core/workload/einsum'

/** An Einsum as a box, with the tensors that it reads from outside the cascade. */
export interface CascadeNode {
  readonly einsum: number
  readonly name: string
  /** Weights and inputs of the cascade that it reads. */
  readonly reads: readonly string[]
  /** Centre and size, in px. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An intermediate from the Einsum that writes it to one that reads it. */
export interface CascadeEdge {
  readonly from: number
  readonly to: number
  readonly tensor: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly labelAt: { readonly x: number; readonly y: number }
}

export interface CascadeLayout {
  readonly nodes: readonly CascadeNode[]
  readonly edges: readonly CascadeEdge[]
  readonly width: number
  readonly height: number
}

/** Larger cascades are not drawn: the graph could not be read. */
export const MOST_DRAWN = 120

const CHARACTER = 7.2
const NODE_HEIGHT = 38

/** Lays a cascade out from left to right. */
export function cascadeLayout({ einsums, tensors }: Workload): CascadeLayout {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 34, marginx: 8, marginy: 8 })
  graph.setDefaultEdgeLabel(() => ({}))
  const produced = new Map(einsums.map(({ output }, i) => [output.tensor, i]))
  const outside = new Set(tensors.filter(({ role }) => role === 'input').map(({ name }) => name))
  const reads = einsums.map(({ inputs }) => inputs.map(({ tensor }) => tensor).filter((t) => outside.has(t)))
  for (const [i, { name }] of einsums.entries()) {
    const longest = Math.max(name.length * CHARACTER, reads[i]!.join(' ').length * 6)
    graph.setNode(String(i), { width: Math.max(56, longest + 20), height: NODE_HEIGHT })
  }
  for (const [to, { inputs }] of einsums.entries())
    for (const { tensor } of inputs) {
      const from = produced.get(tensor)
      if (from === undefined) continue
      graph.setEdge(
        String(from),
        String(to),
        { width: tensor.length * 6 + 4, height: 12, labelpos: 'c', tensor },
        tensor,
      )
    }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    nodes: einsums.map(({ name }, einsum) => {
      const box = graph.node(String(einsum))
      return {
        einsum,
        name,
        reads: reads[einsum]!,
        x: box.x ?? 0,
        y: box.y ?? 0,
        width: box.width ?? 0,
        height: box.height ?? 0,
      }
    }),
    edges: graph.edges().map(({ v, w, name }) => {
      const edge = graph.edge({ v, w, ...(name === undefined ? {} : { name }) })
      return {
        from: Number(v),
        to: Number(w),
        tensor: name ?? '',
        points: edge.points ?? [],
        labelAt: { x: edge.x ?? 0, y: edge.y ?? 0 },
      }
    }),
    width,
    height,
  }
}
