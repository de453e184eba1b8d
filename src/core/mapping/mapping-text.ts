import type { BlockView, LoopView, MappingView } from './mapping-view'

/**
 * A mapping in one line, outermost first: `[Z] m:64x64 [A] k:4096x1 [B]`. A loop is `rank:count x tile`. A name in
 * brackets is where that tensor is held. `~A` after a loop says that A slides over it. Children of a sequence are in
 * braces. The name of an Einsum is its leaf; it is left out if there is only one.
 */
export const mappingLine = (view: MappingView): string => blockLine(view.root, leaves(view.root) > 1)

function blockLine({ holdings, children }: BlockView, named: boolean): string {
  const kept = (at: number) => holdings.filter(({ from }) => from === at).map(({ tensor }) => `[${tensor}]`)
  const lines = children.map((child, at) => {
    const line =
      child.kind === 'einsum'
        ? named
          ? [child.einsum]
          : []
        : [loopLine(child), blockLine(child.body, named)]
    return [...kept(at), ...line].filter((part) => part !== '').join(' ')
  })
  return lines.length > 1 ? `{ ${lines.join(' ; ')} }` : (lines[0] ?? '')
}

const loopLine = ({ rank, count, tile, backwards, slides }: LoopView): string =>
  `${rank}:${count}x${tile}${backwards ? '-' : ''}${slides.map((tensor) => `~${tensor}`).join('')}`

const leaves = ({ children }: BlockView): number =>
  children.reduce((sum, child) => sum + (child.kind === 'einsum' ? 1 : leaves(child.body)), 0)

/** A mapping as indented lines: loops, holdings, and Einsums if there are several. */
export function mappingLines(view: MappingView): readonly string[] {
  const named = leaves(view.root) > 1
  const lines: string[] = []
  const write = ({ holdings, children }: BlockView, depth: number): void => {
    const indent = '  '.repeat(depth)
    for (const [at, child] of children.entries()) {
      for (const { tensor, from, to } of holdings)
        if (from === at)
          lines.push(`${indent}keep ${tensor}${to > from ? ` for ${to - from + 1} steps` : ''}`)
      if (child.kind === 'einsum') {
        if (named) lines.push(`${indent}${child.einsum}`)
        continue
      }
      const { rank, count, tile, slides, backwards, first, body, rest } = child
      const extra = [
        ...(backwards ? ['backwards'] : []),
        ...slides.map((tensor) => `${tensor} keeps its overlap`),
      ]
      lines.push(
        `${indent}for ${rank} in ${count} tile${count === 1 ? '' : 's'} of ${tile}${extra.length > 0 ? ` (${extra.join(', ')})` : ''}`,
      )
      if (first !== null) {
        lines.push(`${indent}  first:`)
        write(first, depth + 2)
        lines.push(`${indent}  then:`)
      }
      write(body, first === null ? depth + 1 : depth + 2)
      if (rest !== null) {
        lines.push(`${indent}  remainder:`)
        write(rest, depth + 2)
      }
    }
  }
  write(view.root, 0)
  return lines
}
