import { stringify } from 'yaml'
import type { Architecture } from '../../core/architecture/architecture'
import type { LoopView, MappingView } from '../../core/mapping/mapping-view'
import { err, ok, type Result } from '../../core/support/result'
import type { Einsum } from '../../core/workload/einsum'
import { TIMELOOP_VERSION } from './timeloop-problem'

/** Number of values in one word, because Timeloop counts widths so. */
const WORD_BITS = 8

/** An architecture as Timeloop's nodes: DRAM, the levels from the outermost in, and the PE array. */
export function exportTimeloopArchitecture({ name, levels, peArray, technology }: Architecture): string {
  const partOf = (id: string, kind: string, attributes: Record<string, unknown>) =>
    `    - !Component\n${indented(stringify({ name: id, class: kind, attributes }, { lineWidth: 0 }), 6)}`
  const level = ({ name: id, capacity, portBits, ports }: Architecture['levels'][number]) => {
    const width = portBits ?? 64
    return partOf(identifier(id), 'SRAM', {
      depth: Math.max(1, Math.floor((capacity * 8) / width)),
      width,
      datawidth: WORD_BITS,
      n_rdwr_ports: ports,
    })
  }
  return `# ${name}; areas: ${technology.name}
architecture:
  version: ${TIMELOOP_VERSION}
  nodes:
    - !Container
      name: system
${partOf('DRAM', 'DRAM', { type: 'LPDDR4', width: 64, datawidth: WORD_BITS })}
${[...levels].reverse().map(level).join('\n')}
    - !Container
      name: PE
      spatial: { meshX: ${peArray.columns}, meshY: ${peArray.rows} }
${partOf('MAC', 'intmac', { datawidth: WORD_BITS })}
`
}

const indented = (text: string, by: number): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n')

const identifier = (name: string): string => name.replaceAll(/\W+/g, '_') || 'level'

/**
 * The mapping of an Einsum for DRAM and one buffer: loops outside the tiles belong to DRAM, those inside to the
 * buffer. Timeloop keeps all tensors of a level at one depth; a mapping that does not is refused.
 */
export function exportTimeloopMapping(einsum: Einsum, view: MappingView): Result<string> {
  const { loops, depths, slides } = nestOf(view)
  const outer = Math.max(...depths.values())
  // Irrelevant loops may be on either side of a tensor's place.
  const uniform =
    !slides &&
    [...depths].every(([tensor, depth]) => {
      const uses = variablesOf(einsum, tensor)
      return loops.slice(depth, outer).every(({ rank }) => rank.split('·').every((name) => !uses.has(name)))
    })
  if (!uniform)
    return err([
      {
        code: 'not-uniform',
        path: einsum.name,
        message:
          'This mapping keeps tensors at different depths of the nest, which a Timeloop mapping of one buffer cannot express',
        hint: 'search with the mapspace of the paper, whose mappings all can be',
      },
    ])
  const left = new Map(einsum.variables.map(({ name, size }) => [name, size]))
  const dram: string[] = []
  const order: string[] = []
  for (const { rank, count } of loops.slice(0, outer)) {
    let rest = count
    // Of ranks that the search joined, the last runs fastest, so it is cut last.
    for (const name of rank.split('·')) {
      const share = commonDivisor(rest, left.get(name)!)
      if (share > 1) {
        dram.push(`${name.toUpperCase()}=${share}`)
        order.push(name.toUpperCase())
      }
      left.set(name, left.get(name)! / share)
      rest /= share
    }
    if (rest !== 1)
      return err([
        {
          code: 'imperfect',
          path: einsum.name,
          message: 'A tile does not divide its rank',
          value: `${rank} in ${count}`,
          hint: 'search with perfect factors',
        },
      ])
  }
  const level = (target: string, factors: readonly string[], permutation: readonly string[]) => ({
    target,
    type: 'temporal',
    factors,
    // Innermost first, as in Timeloop.
    permutation: [...permutation].reverse(),
  })
  const inside = [...left]
  return ok(
    stringify(
      {
        mapping: [
          level('DRAM', dram, order),
          level(
            'Buffer',
            inside.filter(([, size]) => size > 1).map(([name, size]) => `${name.toUpperCase()}=${size}`),
            inside.map(([name]) => name.toUpperCase()),
          ),
        ],
      },
      { lineWidth: 0 },
    ),
  )
}

/** The loops of a single Einsum's tree, outermost first, and how many of them are above each tensor. */
function nestOf({ root }: MappingView) {
  const loops: LoopView[] = []
  const depths = new Map<string, number>()
  for (let block = root; ;) {
    for (const { tensor } of block.holdings) depths.set(tensor, loops.length)
    const [child] = block.children
    if (child?.kind !== 'loop') return { loops, depths, slides: loops.some((loop) => loop.slides.length > 0) }
    loops.push(child)
    block = child.body
  }
}

const variablesOf = ({ output, inputs }: Einsum, tensor: string): ReadonlySet<string> =>
  new Set(
    [output, ...inputs]
      .filter((access) => access.tensor === tensor)
      .flatMap(({ ranks }) => ranks.flatMap(({ terms }) => terms.map(({ variable }) => variable))),
  )

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))
