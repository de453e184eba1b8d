import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { printProject } from '../../src/contract/parse-project'
import { manyDesigns } from '../support/project'
import { launchApp, type RunningApp } from './support/launch-app'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tid: number
  readonly args?: { readonly data?: { readonly type?: string } }
}

const SCRIPTING = [
  'FunctionCall',
  'FireAnimationFrame',
  'EvaluateScript',
  'RunMicrotasks',
  'EventDispatch',
  'TimerFire',
]

const DESIGNS = 20

/** Opens a project with designs beside the curves and in the table; prints the time to the first chart. */
async function openDesigns({ page, folder }: RunningApp): Promise<void> {
  const file = join(folder, 'designs.piste')
  writeFileSync(file, printProject(await manyDesigns(DESIGNS)))
  await page.getByRole('tab', { name: 'Designs' }).click()
  await page.keyboard.press('Control+o')
  await page.getByLabel('File name or path').fill(file)
  const begun = Date.now()
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    () =>
      document.querySelector('.file')?.textContent?.includes('designs.piste') &&
      document.querySelectorAll('.frame.dimmed').length === 0 &&
      document.querySelectorAll('.frame canvas').length >= 3,
  )
  process.stdout.write(`a project of ${DESIGNS} designs: first chart after ${Date.now() - begun} ms\n`)
  const table = page.getByRole('table', { name: 'Designs' })
  const patience = { timeout: 20_000 }
  await expect.poll(() => table.locator('tbody tr').count(), patience).toBe(DESIGNS + 1)
  await expect.poll(() => table.getByText('searching').count(), patience).toBe(0)
  // Two frames later everything is drawn.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
}

/**
 * A real trace of a drag over the performance mesa with GPT-3 6.7B loaded. Machines differ, so the times are printed
 * and not asserted; what is asserted is that frames were traced and that none of them redrew a chart's canvas.
 */
it.each([
  { what: 'GPT-3 6.7B', prepare: async () => {} },
  { what: `${DESIGNS} designs overlaid`, prepare: openDesigns },
])('dragging the share redraws no chart: $what', async ({ what, prepare }) => {
  const app = await launchApp()
  try {
    await prepare(app)
    const client = await app.page.context().newCDPSession(app.page)
    const events: TraceEvent[] = []
    client.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
    const box = (await app.page
      .getByRole('region', { name: 'Performance mesa' })
      .getByRole('application')
      .boundingBox())!
    // A chart clears its canvas before it draws.
    await app.page.evaluate(() => {
      const own = CanvasRenderingContext2D.prototype.clearRect
      CanvasRenderingContext2D.prototype.clearRect = function (...args) {
        window.name = String(Number(window.name || 0) + 1)
        own.apply(this, args)
      }
    })
    const draws = () => app.page.evaluate(() => Number(window.name || 0))
    const [from, y] = [box.x + box.width * 0.9, box.y + box.height * 0.6]
    await app.page.mouse.move(from, y)
    await app.page.mouse.down()
    const before = await draws()
    await client.send('Tracing.start', {
      transferMode: 'ReportEvents',
      categories: 'devtools.timeline,devtools.timeline.frame,disabled-by-default-devtools.timeline',
    })
    for (let i = 0; i < 150; i++) await app.page.mouse.move(from - i * 1.5, y)
    const ended = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve))
    await client.send('Tracing.end')
    await ended
    const after = await draws()
    await app.page.mouse.up()

    const main = events.find(
      ({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'pointermove',
    )?.tid
    const frames = events.filter(
      ({ name, tid, ph }) =>
        tid === main && ph === 'X' && SCRIPTING.includes(name) && name !== 'RunMicrotasks',
    )
    // Chromium marks the start of a frame by one of two names; scripting up to the next mark is this frame's.
    const starts = events
      .filter(
        ({ name, tid, ph }) =>
          tid === main && (name === 'BeginMainThreadFrame' || (name === 'AnimationFrame' && ph === 'b')),
      )
      .map(({ ts }) => ts)
      .sort((a, b) => a - b)
    const outer = frames.filter(
      (event) =>
        !frames.some(
          (other) =>
            other !== event &&
            other.ts <= event.ts &&
            other.ts + (other.dur ?? 0) >= event.ts + (event.dur ?? 0),
        ),
    )
    const perFrame = starts.map((start, i) => {
      const end = starts[i + 1] ?? Infinity
      return (
        outer.filter(({ ts }) => ts >= start && ts < end).reduce((sum, { dur }) => sum + (dur ?? 0), 0) / 1000
      )
    })
    perFrame.sort((a, b) => a - b)
    const at = (share: number) =>
      perFrame[Math.min(perFrame.length - 1, Math.floor(perFrame.length * share))]!.toFixed(2)
    process.stdout.write(
      `drag trace, ${what}: ${perFrame.length} frames, scripting p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms\n`,
    )
    expect(perFrame.length).toBeGreaterThan(20)
    expect(after).toBe(before)
  } finally {
    await app.close()
  }
})
