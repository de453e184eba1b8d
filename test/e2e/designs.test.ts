import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { printProject } from '../../src/contract/parse-project'
import { manyDesigns } from '../support/project'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeEach(async () => {
  app = await launchApp()
})
afterEach(async () => {
  expect(app.complaints).toEqual([])
  await app.close()
})

const dialog = () => app.page.getByRole('dialog')
const clock = () =>
  app.page.getByRole('region', { name: 'Architecture', exact: true }).getByLabel('Clock', { exact: true })
async function change(): Promise<void> {
  await clock().fill('900')
  await clock().press('Enter')
}

it('30 designs: each has a swatch of its own; hidden ones leave charts and read-outs; names stay in sight', async () => {
  const file = join(app.folder, 'designs.piste')
  writeFileSync(file, printProject(await manyDesigns(30)))
  await app.page.getByRole('tab', { name: 'Designs' }).click()
  await app.page.keyboard.press('Control+o')
  await app.page.getByLabel('File name or path').fill(file)
  await app.page.keyboard.press('Enter')
  const table = app.page.getByRole('table', { name: 'Designs' })
  await expect.poll(() => table.locator('.swatch').count(), { timeout: 20_000 }).toBe(30)
  await expect.poll(() => table.getByText('searching').count(), { timeout: 20_000 }).toBe(0)
  const swatches = await table.locator('.swatch svg').evaluateAll((all) => all.map((one) => one.innerHTML))
  expect(new Set(swatches).size).toBe(30)

  const [first, second] = (await table
    .locator('input.name')
    .evaluateAll((all) => all.slice(0, 2).map((input) => (input as HTMLInputElement).value))) as [
    string,
    string,
  ]
  const plot = app.page.getByRole('region', { name: 'OI mesa', exact: true }).getByRole('application')
  const readout = async () => {
    const box = (await plot.boundingBox())!
    await app.page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2)
    return app.page.locator('.at-cursor').innerText()
  }
  await expect.poll(readout).toContain(first)
  expect(await readout()).toMatch(/and \d+ more/)
  await table.getByRole('button', { name: `Curve of ${first}`, exact: true }).click()
  const after = await readout()
  expect(after).not.toContain(`${first}\t`)
  expect(after).toContain(second)

  // A hovered row lights its curve: the others fade until the pointer leaves.
  const drawn = () =>
    plot
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const rest = await drawn()
  await table.getByRole('row').nth(4).hover()
  await expect.poll(drawn).not.toBe(rest)
  await app.page.mouse.move(5, 5)
  await expect.poll(drawn).toBe(rest)

  // Scrolled to the right, the names are where they were.
  const name = table.locator('input.name').first()
  const at = async () => Math.round((await name.boundingBox())!.x)
  const before = await at()
  await app.page.getByRole('tabpanel').evaluate((panel) => panel.scrollTo({ left: 400 }))
  expect(before - (await at())).toBeLessThan(20)
})

describe('unsaved changes', () => {
  it('cancel leaves everything, discard replaces, save saves first', async () => {
    await change()
    await app.page.keyboard.press('Control+Alt+n')
    const { violations } = await new AxeBuilder({ page: app.page }).analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(await clock().inputValue()).toBe('900 MHz')
    await app.page.keyboard.press('Control+Alt+n')
    await app.page.keyboard.press('Escape')
    expect(await clock().inputValue()).toBe('900 MHz')
    await app.page.keyboard.press('Control+Alt+n')
    await dialog().getByRole('button', { name: 'Discard changes' }).click()
    await expect.poll(() => clock().inputValue()).toBe('700 MHz')

    await change()
    await app.page.keyboard.press('Control+Alt+n')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await app.page.getByLabel('File name or path').fill('kept.piste')
    await app.page.keyboard.press('Enter')
    await expect.poll(() => clock().inputValue()).toBe('700 MHz')
    expect(JSON.parse(readFileSync(join(app.folder, 'kept.piste'), 'utf8'))).toMatchObject({
      architecture: { clock: 9e8 },
    })
  })
})

it('a text that is no longer the preset says whose it was', async () => {
  const panel = app.page.getByRole('region', { name: 'Workload', exact: true })
  expect(await panel.innerText()).toContain('Source: Brown et al.')
  await panel.getByLabel('Batch', { exact: true }).fill('4')
  await panel.getByLabel('Batch', { exact: true }).press('Enter')
  await expect.poll(() => panel.innerText()).toContain('Own workload, from GPT-3 6.7B')
  expect(await panel.innerText()).not.toContain('Source: Brown et al.')
  await app.page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => panel.innerText()).toContain('Source: Brown et al.')
})
