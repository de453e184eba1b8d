import { readFileSync } from 'node:fs'
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

const slope = () => app.page.getByRole('region', { name: 'Ski slope', exact: true })
const plot = () => slope().getByRole('application')
const table = () => slope().locator('.at-cursor')
async function hover(x: number): Promise<void> {
  const box = (await plot().boundingBox())!
  await app.page.mouse.move(box.x + box.width * x, box.y + box.height * 0.5)
}
const eventually = (read: () => Promise<string>, expected: RegExp) =>
  expect.poll(read, { timeout: 10_000 }).toMatch(expected)
const readout = async () => {
  await hover(0.5)
  return table().innerText()
}

describe('the floor under the ski slope', () => {
  it('is read out with the curves: its bytes, how tight each curve is, and for which schedules it holds', async () => {
    await app.page.getByLabel('Strategy', { exact: true }).selectOption('unfused')
    await eventually(readout, /unfused\s+[\d.]+ [GT]iB\s+[\d.]+x\s+1\.\d+x floor/)
    const text = await table().innerText()
    expect(text).toMatch(/\nfloor\s+[\d.]+ [GT]iB\s+[\d.]+x/)
    expect(text).toMatch(/\nfloor, fused\s+[\d.]+ [GM]iB/)
    expect(text).toMatch(
      /Floor: each Einsum by itself, intermediates written and read back; any order, any tiling\..*unknown\./s,
    )
    await eventually(() => slope().locator('header').innerText(), /Gap 0 [\d.]+x, 1\.\d+x floor/)
    // The whole read-out lies in the window.
    const box = (await table().boundingBox())!
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.y).toBeGreaterThanOrEqual(0)
  })

  it('of one Einsum can be hidden in the legend, is in the table of points, and is copied with the data', async () => {
    await app.page.getByLabel('Workload preset').selectOption('gemm-4k')
    await eventually(readout, /^(?![^]*fused, )[^]*\nfloor\s+[\d.]+ [GM]iB/)
    // The legend is drawn on the canvas: its second name is at this place.
    const box = (await plot().boundingBox())!
    await app.page.mouse.click(box.x + 190, box.y + 11)
    await eventually(readout, /^(?![^]*\nfloor\s)[^]*unfused/)
    await app.page.mouse.click(box.x + 190, box.y + 11)
    await eventually(readout, /\nfloor\s/)
    await app.page.getByRole('tab', { name: 'Points' }).click()
    const row = app.page.getByRole('tabpanel').getByRole('row').nth(1)
    await eventually(() => row.innerText(), /79,330,495,\d+\s+1\.73x floor/)
    const download = app.page.waitForEvent('download')
    await app.page.getByRole('button', { name: 'Copy or save Ski slope' }).click()
    await app.page.getByRole('menuitem', { name: 'Save data as CSV' }).click()
    const data = readFileSync(await (await download).path(), 'utf8')
    expect(data).toMatch(/^floor,3,[\d.]+$/m)
    expect(data).toMatch(/^unfused,3,137455730688$/m)
  })
})
