import { printProject } from '../../src/contract/parse-project'
import { aProject } from './project'

/** A workload of `count` Einsums, each of which reads what only the next one writes: it is refused at the very end. */
export function largeWorkload(count = 9_000): string {
  const einsums = Array.from({ length: count }, (_, i) => `"T${i}[m] = T${i + 1}[m]"`)
  return `workload:\n  rank_sizes: {M: 4}\n  einsums: [${einsums.join(', ')}]\n`
}

/** A project file with `count` designs that are none. */
export async function largeProject(count = 300_000): Promise<string> {
  return printProject({ ...(await aProject()), designs: Array<never>(count).fill(0 as never) })
}

/** The longest time that the event loop of this thread is held up while work goes on, in ms. */
export async function longestDelay(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  const beat = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(beat, 1)
  try {
    await work()
    // What was held up until now shows only here.
    await new Promise((resolve) => setImmediate(resolve))
    beat()
    return longest
  } finally {
    clearInterval(timer)
  }
}

/** The least of some measured times, in ms: other work may share the machine. */
export async function leastOf(times: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity
  for (let i = 0; i < times; i++) least = Math.min(least, await measure())
  return least
}
