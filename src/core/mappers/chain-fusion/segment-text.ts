import type { Units } from '../../units/units'
import { formatBytes } from '../../units/format'
import { TEMPLATES, type MemberTiling } from './member-cost'
import type { SegmentAt } from './read-fusion'

const FORMS = {
  alone: 'alone',
  untiled: 'untiled',
  tiled: 'tiled',
  flashattention: 'FlashAttention order',
} as const

/** A segment in one line: how it runs, its row blocks, and how each member is cut. */
export function segmentLine({
  form,
  names,
  rowBlocks,
  rowsPerBlock,
  members,
  buffer,
  traffic,
}: SegmentAt): string {
  const cuts = members.map(({ name, tiling, keepsWeights }) => {
    if (tiling === null) return name
    const { kCuts, nCuts, weights } = tiling
    const parts = [
      ...(kCuts > 1 ? [`k/${kCuts}`] : []),
      ...(nCuts > 1 ? [`n/${nCuts}`] : []),
      keepsWeights ? 'weights kept' : weights === 'held' ? 'weights by chunks' : 'weights streamed',
    ]
    return `${name} (${parts.join(', ')})`
  })
  const rows = form === 'tiled' || form === 'flashattention' ? ` ${rowBlocks} x ${rowsPerBlock} rows` : ''
  return `${FORMS[form]}${rows}: ${(cuts.length > 0 ? cuts : names).join(' ; ')}; ${formatBytes(buffer)}, ${formatBytes(traffic)}`
}

/** A fused segment as a loop nest with its Einsums inside, and what is kept where. */
export function segmentNest(segment: SegmentAt, units: Units): readonly string[] {
  const { form, rowBlocks, rowsPerBlock, members } = segment
  if (form === 'untiled')
    return members.flatMap(({ name, tile }, i) => [
      `${name}`,
      `  keep ${i === 0 ? '' : `its whole input, ${units.data(tile.input)}; `}weights ${units.data(tile.weights)}${i + 1 < members.length ? `; its whole output, ${units.data(tile.output)}` : ''}`,
    ])
  const rows = `for each of ${rowBlocks} blocks of ${rowsPerBlock} ${rowsPerBlock === 1 ? 'row' : 'rows'}`
  const flash = form === 'flashattention'
  const chunks = members[0]?.tiling?.nCuts ?? 1
  const lines = flash && chunks > 1 ? [`for each of ${chunks} chunks of the intermediate's columns`] : []
  const indent = '  '.repeat(lines.length)
  for (const { name, tile, keepsWeights, tiling } of members)
    if (keepsWeights || (flash && tiling?.weights === 'held'))
      lines.push(`${indent}keep weights of ${name}, ${units.data(tile.weights)}`)
  lines.push(`${indent}${rows}`)
  for (const [i, { name, tile, tiling, keepsWeights }] of members.entries()) {
    const cuts = tiling === null ? [] : cutLoops(tiling, flash)
    const inner = `${indent}  `
    lines.push(`${inner}${name}${cuts.length > 0 ? `, ${cuts.join(', ')}` : ''}`)
    if (i + 1 < members.length) lines.push(`${inner}  keep its output tile, ${units.data(tile.output)}`)
    if (tiling?.weights === 'streamed' && !keepsWeights)
      lines.push(`${inner}  stream weights, ${units.data(tile.weights)} at a time`)
  }
  return lines
}

/** The outer loops of a member inside a row block. */
const cutLoops = ({ kCuts, nCuts, template }: MemberTiling, flash: boolean): readonly string[] => {
  const loops = {
    m: null,
    k: kCuts > 1 ? `${kCuts} slices of its input` : null,
    n: nCuts > 1 ? `${nCuts} slices of its output` : null,
  }
  return flash ? [] : TEMPLATES[template].flatMap((loop) => loops[loop] ?? [])
}
