import type { MappingView } from '../core/mapping/mapping-view'
import { residenciesOf, type Residency } from '../core/mapping/residency'
import type { Units } from '../core/units/units'
import { text, textWidth, type DrawnAs, type Drawing, type DrawnBox, type DrawnText } from './drawing'

const ROW = 18
const INDENT = 14
const BAR = 12
const GAP = 10
const HEAD = 16

/** How a tensor is drawn: as an intermediate that never leaves the buffer, an output, or an input. */
function roleOf({ tensors }: MappingView): (tensor: string) => DrawnAs {
  const roles = new Map<string, DrawnAs>()
  for (const { tensor, role, traffic } of tensors) {
    if (traffic === 0) roles.set(tensor, 'kept')
    else if (role === 'output' || !roles.has(tensor)) roles.set(tensor, role)
  }
  return (tensor) => roles.get(tensor) ?? 'input'
}

const titleOf = ({ tensor, bytes }: Residency, units: Units): string =>
  `${tensor} holds ${units.data(bytes)} from here to the end of the bar`

/**
 * The loop tree: loops and Einsums as lines, and beside them a bar for each place that holds a tensor, along the lines
 * that run meanwhile.
 */
export function treeDrawing(view: MappingView, units: Units): Drawing {
  const { rows, held } = residenciesOf(view)
  const role = roleOf(view)
  const items: (DrawnText | DrawnBox)[] = rows.map(({ depth, text: line, leaf }, at) =>
    text(depth * INDENT, HEAD + at * ROW + 13, line, leaf === null ? 'text' : 'strong'),
  )
  const start = 16 + Math.max(...rows.map(({ depth, text: line }) => depth * INDENT + textWidth(line)))
  let x = start
  // A bar's name stands right of it. Bars whose lines do not overlap share a column.
  const columns: Residency[][] = []
  for (const residency of held) {
    const free = columns.find((column) =>
      column.every(({ fromRow, toRow }) => residency.fromRow > toRow || residency.toRow < fromRow),
    )
    if (free) free.push(residency)
    else columns.push([residency])
  }
  for (const column of columns) {
    let widest = 0
    for (const residency of column) {
      const { tensor, bytes, fromRow, toRow } = residency
      const y = HEAD + fromRow * ROW + 2
      items.push({
        kind: 'box',
        x,
        y,
        width: BAR,
        height: (toRow - fromRow + 1) * ROW - 4,
        as: role(tensor),
        title: titleOf(residency, units),
      })
      const name = `${tensor} ${units.data(bytes, 3)}`
      items.push(text(x + BAR + 4, y + 11, name))
      widest = Math.max(widest, textWidth(name))
    }
    x += BAR + 4 + widest + GAP
  }
  return {
    width: Math.ceil(x),
    height: HEAD + rows.length * ROW + 4,
    label: `Loop tree of ${rows.length} lines; held are ${held.map(({ tensor, bytes }) => `${tensor} ${units.data(bytes, 3)}`).join(', ')}`,
    items: [
      text(0, 11, 'loops and Einsums', 'muted'),
      text(start, 11, 'held in the buffer', 'muted'),
      ...items,
    ],
  }
}

const SLOT = 68

/** What lies in the buffer while one iteration of each loop runs: a line for each place, a column for each Einsum. */
export function residencyDrawing(view: MappingView, units: Units, capacity: number): Drawing {
  const { leaves, held, occupied } = residenciesOf(view)
  const role = roleOf(view)
  const slot = Math.max(SLOT, ...leaves.map((name) => textWidth(name) + 12))
  const nameOf = ({ tensor, bytes }: Residency) => `${tensor} ${units.data(bytes, 3)}`
  const inUse = `in use of ${units.data(capacity, 3)}`
  const names = 8 + Math.max(...[...held.map(nameOf), inUse].map(textWidth))
  const right = names + leaves.length * slot
  const items: (DrawnText | DrawnBox)[] = leaves.map((name, at) =>
    text(names + (at + 0.5) * slot, 12, name, 'strong', 'middle'),
  )
  held.forEach((residency, at) => {
    const { tensor, bytes, fromLeaf, toLeaf } = residency
    const y = HEAD + 4 + at * ROW
    items.push(text(names - 8, y + 12, nameOf(residency), 'text', 'end'))
    items.push({
      kind: 'box',
      x: names + fromLeaf * slot + 1,
      y: y + 2,
      width: (toLeaf - fromLeaf + 1) * slot - 2,
      height: ROW - 5,
      as: role(tensor),
      title: `${tensor} holds ${units.data(bytes)} while ${leaves.slice(fromLeaf, toLeaf + 1).join(', ')} ${toLeaf > fromLeaf ? 'run' : 'runs'}`,
    })
  })
  const bottom = HEAD + 4 + held.length * ROW
  items.push({ kind: 'box', x: 0, y: bottom + 2, width: right, height: 1, as: 'line', title: '' })
  items.push(text(names - 8, bottom + 17, inUse, 'muted', 'end'))
  occupied.forEach((bytes, at) =>
    items.push(text(names + (at + 0.5) * slot, bottom + 17, units.data(bytes, 3), 'text', 'middle')),
  )
  return {
    width: Math.ceil(right),
    height: bottom + 24,
    label: `In the buffer while one iteration of each loop runs: ${leaves.map((name, at) => `${name} ${units.data(occupied[at]!, 3)}`).join(', ')}`,
    items,
  }
}
