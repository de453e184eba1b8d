import { AxeBuilder } from '@axe-core/playwright'
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

const panel = () => app.page.getByRole('tabpanel')
const picture = () => app.page.getByRole('group', { name: 'Picture of the mapping' })
const eventually = (read: () => Promise<string>, expected: RegExp) =>
  expect.poll(read, { timeout: 15_000 }).toMatch(expected)
/** Pins the ski slope at a part of its width. */
async function pin(x: number): Promise<void> {
  const box = (await app.page
    .getByRole('region', { name: 'Ski slope' })
    .getByRole('application')
    .boundingBox())!
  await app.page.mouse.click(box.x + box.width * x, box.y + box.height * 0.5)
  await app.page.mouse.move(5, 5)
}

describe('a fused mapping is drawn', () => {
  it('as a loop tree with what is held along it, and as what lies in the buffer', async () => {
    await app.page.getByRole('button', { name: 'drawing', exact: true }).click()
    const tree = picture().getByRole('img')
    expect(await tree.getAttribute('aria-label')).toMatch(/^Loop tree of \d+ lines; held are .*WQ 32 MiB/)
    // Each place has a bar that says what it holds.
    const bars = await tree.locator('rect title').allTextContents()
    expect(bars.length).toBeGreaterThan(8)
    expect(bars.join()).toMatch(/WQ holds 32 MiB from here/)
    expect(await tree.locator('text.strong').allTextContents()).toHaveLength(8)
    await app.page.getByRole('button', { name: 'in the buffer', exact: true }).click()
    const label = (await picture().getByRole('img').getAttribute('aria-label'))!
    // What is in use while each Einsum runs never exceeds the size looked at.
    const inUse = [...label.matchAll(/ ([\d.]+) MiB/g)].map(([, size]) => Number(size))
    expect(inUse).toHaveLength(8)
    expect(Math.max(...inUse)).toBeLessThanOrEqual(98.01)
    const { violations } = await new AxeBuilder({ page: app.page }).analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  })

  it('with the operations that it runs', async () => {
    expect(await panel().innerText()).toMatch(/It runs 7,146,825,580,544 operations\./)
  })
})

describe('an intermediate that is written', () => {
  it('says what keeping it would cost at this size', async () => {
    await pin(0.62)
    await app.page.getByRole('tab', { name: 'Cascade', exact: true }).click()
    await app.page.getByText(/^Written at this size/).click()
    const [name] = (await app.page.getByText(/^Written at this size/).innerText()).split(': ')[1]!.split(', ')
    await app.page.getByRole('button', { name: 'what would keeping it cost?' }).first().click()
    await eventually(
      () => panel().innerText(),
      new RegExp(`${name}: (Kept, the cascade moves .* instead of .*x\\)|Nothing that keeps it fits)`),
    )
  })
})

describe("the paper's strategies", () => {
  it('are marked where no explicit buffer attains their count', async () => {
    await pin(0.62)
    await app.page.getByRole('tab', { name: 'Strategies', exact: true }).click()
    const text = await panel().innerText()
    expect(text).toMatch(/segmented\s*the paper's/)
    expect(text).toMatch(/fused\s[^\n]*yes/)
    // On a faster memory its best share rests on a row that nothing attains.
    const bandwidth = app.page.getByLabel('DRAM bandwidth')
    await bandwidth.fill('1.5 TB/s')
    await bandwidth.press('Enter')
    const clock = app.page.getByLabel('Clock')
    await clock.fill('900 MHz')
    await clock.press('Enter')
    await eventually(() => panel().innerText(), /segmented\s*the paper's[^]*PMAC\/s\s*counted/)
    expect(await app.page.locator('abbr').getAttribute('title')).toMatch(
      /^Counted, not attained: at 16\.01 MiB every loop tree moves at least [\d.]+ GiB$/,
    )
  })
})
