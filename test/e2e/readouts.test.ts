import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeEach(async () => {
  app = await launchApp()
})
afterEach(async () => {
  expect(app.complaints).toEqual([])
  await app.close()
})

const region = (name: string) => app.page.getByRole('region', { name, exact: true })
const plot = (name: string) => region(name).getByRole('application')
const table = (name: string) => region(name).locator('.at-cursor')
async function hover(name: string, x: number, y = 0.5): Promise<void> {
  const box = (await plot(name).boundingBox())!
  await app.page.mouse.move(box.x + box.width * x, box.y + box.height * y)
}
const chart = (name: string) => app.page.getByRole('button', { name, exact: true }).click()
const eventually = (read: () => Promise<string>, expected: RegExp) =>
  expect.poll(read, { timeout: 10_000 }).toMatch(expected)

describe('every chart reads out all its curves at the cursor', () => {
  it('the performance mesa: share, buffer, MACs; throughput and limiter of every strategy', async () => {
    await hover('Performance mesa', 0.6)
    await eventually(() => table('Performance mesa').innerText(), /% of the area · [\d.]+ MiB · [\d,]+ MACs/)
    for (const name of ['unfused', 'untiled', 'tiled', 'FLAT', 'FlashAttention', 'segmented'])
      await eventually(
        () => table('Performance mesa').innerText(),
        new RegExp(`${name}\\s+[\\d.]+ [TG]?MAC/s\\s+(DRAM bandwidth|MACs|buffer too small)`),
      )
    // The other charts show the shared cursor, not a table.
    expect(await app.page.locator('.at-cursor').count()).toBe(1)
    await app.page.mouse.move(5, 5)
    await expect.poll(() => app.page.locator('.at-cursor').count()).toBe(0)
  })

  it('the charts over buffer size', async () => {
    await hover('Ski slope', 0.6)
    await eventually(
      () => table('Ski slope').innerText(),
      /unfused\s+[\d.]+ [GT]iB\s+[\d.]+x[^]*segmented\s+/,
    )
    await hover('OI mesa', 0.6)
    await eventually(
      () => table('OI mesa').innerText(),
      /unfused\s+[\d.]+ MAC\/B[^]*segmented\s+[\d.]+ MAC\/B/,
    )
    await chart('reduction')
    await region('Reduction by fusion').locator('canvas').waitFor()
    await hover('Reduction by fusion', 0.8)
    await eventually(() => table('Reduction by fusion').innerText(), /segmented\s+[\d.]+x\s+[\d.]+ GiB/)
    await chart('by tensor')
    await hover('Traffic by tensor', 0.5)
    await eventually(() => table('Traffic by tensor').innerText(), /of traffic\s[^]*\d %/)
    await chart('map')
    await hover('Throughput map', 0.5)
    await eventually(
      () => table('Throughput map').innerText(),
      /here\s+[\d.]+ [TG]?MAC\/s[^]*best of the row/,
    )
  })

  it('stands beside the cursor, inside the window', async () => {
    for (const [name, x] of [
      ['Ski slope', 0.2],
      ['Ski slope', 0.55],
      ['Ski slope', 0.9],
      ['OI mesa', 0.4],
      ['Performance mesa', 0.3],
      ['Performance mesa', 0.6],
    ] as const) {
      await hover(name, x)
      await table(name).waitFor()
      const [frame, box] = [(await plot(name).boundingBox())!, (await table(name).boundingBox())!]
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(1440)
      const cursor = frame.x + frame.width * x
      expect(cursor < box.x || cursor > box.x + box.width, `${name} ${x}`).toBe(true)
    }
  })

  it('by keyboard, and spoken', async () => {
    await plot('Performance mesa').focus()
    await app.page.keyboard.press('ArrowRight')
    const live = region('Performance mesa').locator('[aria-live=polite]')
    await eventually(
      () => live.innerText(),
      /% of the area, .* MACs\. unfused throughput .* limited by (DRAM bandwidth|MACs)/,
    )
    const before = await live.innerText()
    await table('Performance mesa').waitFor()
    for (let i = 0; i < 3; i++) await app.page.keyboard.press('ArrowLeft')
    expect(await live.innerText()).not.toBe(before)
  })
})

it('a click in the legend hides a curve on all charts, and shows it again', async () => {
  const names = async () => {
    await hover('OI mesa', 0.6)
    return table('OI mesa').innerText()
  }
  await eventually(names, /FLAT/)
  // The legend is drawn on the canvas: its fifth name is at this place.
  const box = (await plot('Ski slope').boundingBox())!
  await app.page.mouse.click(box.x + 408, box.y + 11)
  await eventually(names, /^(?![^]*FLAT)[^]*unfused/)
  expect(await app.page.getByRole('tabpanel').innerText()).not.toContain('Pinned')
  await app.page.mouse.click(box.x + 408, box.y + 11)
  await eventually(names, /FLAT/)
})

it('the plateau: its range, and the smallest SRAM near the best throughput, which sets the share', async () => {
  const share = region('Buffer share')
  expect(await share.innerText()).toMatch(/[\d.]+ % to [\d.]+ % are within 0\.1 % of the best/)
  const near = share.getByRole('table', { name: 'Smallest SRAM near the best throughput' })
  const row = near.getByRole('row', { name: /10 % of best/ })
  const [, wanted] = (await row.innerText()).match(/([\d.]+ %)\s+[\d.]+ MiB/)!
  await row.getByRole('button').click()
  expect(await share.getByLabel('Share', { exact: true }).inputValue()).toContain(wanted!.slice(0, 3))
  const kept = Number(
    /([\d.]+) % of best/.exec(await share.getByRole('table', { name: 'At this share' }).innerText())![1],
  )
  expect(kept).toBeGreaterThanOrEqual(90)
})

it('a chart fills the window and goes back; the details collapse to their tabs', async () => {
  const size = async () => (await region('OI mesa').boundingBox())!.width
  const before = await size()
  await region('OI mesa').getByRole('button', { name: 'Maximise OI mesa' }).click()
  expect(await size()).toBe(1440)
  await app.page.keyboard.press('Escape')
  expect(await size()).toBe(before)
  await plot('OI mesa').focus()
  await app.page.keyboard.press('m')
  expect(await size()).toBe(1440)
  await app.page.keyboard.press('m')
  expect(await size()).toBe(before)

  const height = async () => (await region('Ski slope').boundingBox())!.height
  const low = await height()
  await app.page.keyboard.press('Control+j')
  await expect.poll(height).toBeGreaterThan(low + 60)
  expect(await app.page.getByRole('tab', { name: 'Points' }).isVisible()).toBe(true)
  await app.page.getByRole('tab', { name: 'Points' }).click()
  await expect.poll(height).toBe(low)
})
