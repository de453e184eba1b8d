import type { MappingView } from './mapping-view'

/**
 * A mapping in one line, outermost first: `[Z] m:64x64 [A] k:4096x1 [B]`. A loop is `rank:count x tile`, a name in
 * brackets is where that tensor is kept; `[A~` opens a window that slides until `~A]`, and `[A+]` keeps its last box and
 * fetches what the next one lacks.
 */
export function mappingLine({ loops, tensors }: MappingView): string {
  const parts: string[] = []
  for (let depth = 0; depth <= loops.length; depth++) {
    for (const { tensor, depth: at, holdDepth } of tensors) {
      if (holdDepth === depth && holdDepth > at) parts.push(`~${tensor}]`)
    }
    for (const { tensor, depth: at, holdDepth, keepsLast } of tensors) {
      if (at === depth)
        parts.push(holdDepth > at ? `[${tensor}~` : keepsLast ? `[${tensor}+]` : `[${tensor}]`)
    }
    const loop = loops[depth]
    if (loop) parts.push(`${loop.rank}:${loop.count}x${loop.tile}`)
  }
  return parts.join(' ')
}
