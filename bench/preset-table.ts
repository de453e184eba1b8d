import { parseWorkloadText } from '../src/contract/workload-file'
import { fusedFloor } from '../src/core/analysis/floor/floor'
import { leastExecutable, unprovenOf } from '../src/core/explore/attainable'
import { curveOf, fusesAnything, strategiesOf } from '../src/core/explore/read'
import { trafficAt } from '../src/core/front/read'
import { formatNumber } from '../src/core/units/format'
import { readPresets } from '../src/files/presets'
import { explore, OPTIONS } from '../test/support/explore'

/**
 * A table of docs/presets.md: for every preset that fuses, how far the general search lies below unfused, below and above
 * the paper's segmentation, and above the floor.
 */
const { workloads } = await readPresets()
const times = (ratio: number): string => `${formatNumber(ratio, 3)}x`

console.log(
  '| preset | points | below unfused: at the end, at most | below segmented, at most | rows of segmented that no buffer attains: least over counted, at most | above the floor: middle, at most | proven |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const { id, text } of workloads) {
  const workload = parseWorkloadText(text)
  if (!workload.ok) continue
  const found = explore(workload.value, OPTIONS)
  if (!fusesAnything(found) || !strategiesOf(found).includes('fused')) continue
  const [fused, unfused] = [curveOf(found, 'fused'), curveOf(found, 'unfused')]
  const sizes = Array.from(fused.bufferBytes)
  const over = (at: (buffer: number) => number): readonly number[] =>
    sizes.map((buffer) => at(buffer) / trafficAt(fused, buffer)).filter(Number.isFinite)
  const below = over((buffer) => trafficAt(unfused, buffer))
  const hasPaper = strategiesOf(found).includes('segmented')
  const segmented = hasPaper ? curveOf(found, 'segmented') : null
  const belowPaper = segmented === null ? [] : over((buffer) => trafficAt(segmented, buffer))
  const marked =
    segmented === null
      ? []
      : Array.from(segmented.bufferBytes).flatMap((buffer) => {
          const least = leastExecutable(found, 'segmented', buffer)
          return least === null ? [] : [least / trafficAt(segmented, buffer)]
        })
  const floor = fusedFloor(workload.value.einsums, 'halo')
  const tight = sizes.map((buffer) => trafficAt(fused, buffer) / floor(buffer).bytes).sort((a, b) => a - b)
  const beyond = unprovenOf(found, 'fused')
  console.log(
    `| ${[
      id,
      sizes.length,
      `${times(below.at(-1)!)}, ${times(Math.max(...below))}`,
      segmented === null ? '-' : times(Math.max(...belowPaper)),
      marked.length === 0 ? '-' : `${marked.length}: ${times(Math.max(...marked))}`,
      `${times(tight[tight.length >> 1]!)}, ${times(tight.at(-1)!)}`,
      beyond === null ? 'yes' : beyond.most === null ? 'no' : `within ${times(beyond.most)}`,
    ].join(' | ')} |`,
  )
}
