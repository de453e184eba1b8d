import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeEach(async () => {
  app = await launchApp()
})
afterEach(() => app.close())

const region = (name: string) => app.page.getByRole('region', { name, exact: true })
const readout = (name: string) =>
  app.page
    .getByRole('table', { name: 'At this share' })
    .getByRole('row', { name })
    .getByRole('cell')
    .innerText()
const shareField = () => region('Buffer share').getByLabel('Share', { exact: true })
const preset = (label: string) => app.page.getByLabel('Workload preset').selectOption({ label })
const modKey = process.platform === 'darwin' ? 'Meta' : 'Control'

async function eventually(check: () => Promise<void>): Promise<void> {
  await expect
    .poll(
      async () =>
        check().then(
          () => true,
          (error: unknown) => String(error),
        ),
      { timeout: 10_000 },
    )
    .toBe(true)
}

/** Replaces the workload's text as a user would: selects all and types. */
async function retype(text: string): Promise<void> {
  await app.page.getByLabel('Workload text').click()
  await app.page.keyboard.press(`${modKey}+A`)
  await app.page.keyboard.insertText(text)
}

describe('the window, in a real browser', () => {
  it('opens on GPT-3 6.7B at its best share, without console errors', async () => {
    expect(await readout('Throughput')).toContain('299.8 TMAC/s')
    expect(await shareField().inputValue()).toMatch(/^62\.9\d* %$/)
    expect(app.complaints).toEqual([])
  })

  it('loads a preset and shows its curve', async () => {
    await preset('GEMM 4096 cubed')
    await eventually(async () =>
      expect(await region('Ski slope').getByRole('application').getAttribute('aria-label')).toContain(
        '16 MiB',
      ),
    )
    await app.page.getByRole('tab', { name: 'Points' }).click()
    expect(await app.page.getByRole('tabpanel').innerText()).toContain('16,781,313')
  })

  it('underlines an error, keeps the last result, and searches again when the text is valid', async () => {
    await preset('GEMM 4096 cubed')
    await retype('workload:\nrank_sizes: 3')
    await app.page.getByRole('alert').first().waitFor()
    expect(await app.page.getByRole('alert').first().innerText()).toMatch(/rank_sizes|field/)
    await retype('workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,j]"]}')
    await app.page.locator('.cm-lintRange-error').first().waitFor()
    expect(await app.page.locator('.faults').innerText()).toContain('Rank variable j has no size')
    expect(await app.page.locator('canvas').count()).toBe(3)
    await retype('workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}')
    await app.page.locator('.faults').waitFor({ state: 'detached' })
    await app.page.getByRole('tab', { name: 'Points' }).click()
    await eventually(async () =>
      expect(await app.page.getByRole('tabpanel').innerText()).toMatch(/\b9\b[\s\S]*\b26\b/),
    )
  })

  it('drags the share: the read-out follows, and a double click returns to the best', async () => {
    const mesa = region('Performance mesa').getByRole('application')
    const box = (await mesa.boundingBox())!
    await app.page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2)
    await app.page.mouse.down()
    await app.page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 8 })
    await app.page.mouse.up()
    const dragged = Number.parseFloat(await shareField().inputValue())
    expect(dragged).toBeGreaterThan(20)
    expect(dragged).toBeLessThan(50)
    expect(await readout('Throughput')).toMatch(/\d+(\.\d+)? % of best/)
    await app.page.getByRole('button', { name: /^Best/ }).click()
    expect(await shareField().inputValue()).toMatch(/^62\.9/)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    expect(Number.parseFloat(await shareField().inputValue())).toBeCloseTo(dragged, 3)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    expect(await shareField().inputValue()).toMatch(/^62\.9/)
  })

  it('inspects the mapping of a point: a click pins it, arrow keys step, Escape unpins', async () => {
    const slope = region('Ski slope').getByRole('application')
    const box = (await slope.boundingBox())!
    await app.page.mouse.click(box.x + box.width * 0.5, box.y + box.height / 2)
    const panel = app.page.getByRole('tabpanel')
    await eventually(async () => expect(await panel.innerText()).toContain('Pinned'))
    const before = await panel.innerText()
    expect(before).toMatch(/keep [A-Z]+[\s\S]*for .* in \d+ tiles? of \d+/)
    await slope.focus()
    for (let i = 0; i < 4; i++) await app.page.keyboard.press('ArrowLeft')
    expect(await panel.innerText()).not.toBe(before)
    await app.page.getByLabel('Einsum to inspect').selectOption('fc2')
    expect(await panel.innerText()).toContain('W2')
    await slope.focus()
    await app.page.keyboard.press('Escape')
    await app.page.mouse.move(5, 5)
    await eventually(async () => expect(await panel.innerText()).not.toContain('Pinned'))
  })

  it('cancels a long search and keeps the last result', async () => {
    await app.page.getByLabel('Mapspace').selectOption('paper')
    await app.page.getByLabel('Factors').selectOption('imperfect')
    await app.page.getByRole('status').getByRole('button', { name: 'Cancel' }).click()
    await eventually(async () =>
      expect(await app.page.getByRole('status').innerText()).toContain('cancelled'),
    )
    expect(await readout('Throughput')).toContain('299.8 TMAC/s')
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(async () => expect(await app.page.getByRole('status').innerText()).toBe(''))
    expect(await app.page.getByLabel('Factors').inputValue()).toBe('perfect')
  })

  it('shows a range error under the field, and keeps the last valid value', async () => {
    const die = region('Architecture').getByLabel('Die')
    await die.fill('-3')
    await die.press('Enter')
    expect(await region('Architecture').getByRole('alert').innerText()).toBe('must be at least 1e-9 mm²')
    expect(await readout('Throughput')).toContain('299.8')
    await die.press('Escape')
    expect(await die.inputValue()).toBe('529 mm²')
    await die.fill('0.0001 mm2')
    await die.press('Enter')
    await eventually(async () => expect(await readout('Throughput')).not.toContain('299.8'))
    await app.page.getByRole('button', { name: 'Undo' }).click()
    expect(await die.inputValue()).toBe('529 mm²')
  })

  it('saves, shows the file name, opens again, and exports a report', async () => {
    await preset('GEMM 4096 cubed')
    await shareField().fill('25 %')
    await shareField().press('Enter')
    await app.page.keyboard.press(`${modKey}+S`)
    const dialog = app.page.getByRole('dialog')
    await dialog.getByLabel('File name or path').fill('design.piste')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await eventually(async () =>
      expect(await app.page.locator('header .file').innerText()).toBe('design.piste'),
    )
    const file = join(app.folder, 'design.piste')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'piste',
      name: 'design',
      bufferShare: 0.25,
    })

    await preset('BERT-base')
    await eventually(async () => expect(await app.page.locator('header .file').innerText()).toContain('*'))
    await app.page.keyboard.press(`${modKey}+O`)
    await app.page.getByRole('button', { name: 'Discard changes' }).click()
    await app.page.getByLabel('File name or path').fill(file)
    await app.page.getByRole('button', { name: 'Open', exact: true }).click()
    await eventually(async () => expect(await shareField().inputValue()).toBe('25 %'))

    await app.page.keyboard.press(`${modKey}+E`)
    await dialog.getByLabel('Folder').fill(join(app.folder, 'report'))
    await dialog.getByRole('button', { name: 'Export', exact: true }).click()
    await dialog.getByText('Written:').waitFor({ timeout: 30_000 })
    expect(readdirSync(join(app.folder, 'report'))).toEqual(
      expect.arrayContaining(['report.html', 'report.pdf', 'points.csv', 'ski-slope.svg']),
    )
    expect(app.complaints).toEqual([])
  })

  it('asks before it replaces an existing file', async () => {
    const file = join(app.folder, 'taken.piste')
    writeFileSync(file, 'somebody’s')
    const save = async () => {
      await app.page.keyboard.press(`${modKey}+Shift+S`)
      await app.page.getByLabel('File name or path').fill('taken')
      await app.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    }
    await save()
    await app.page.getByRole('dialog').filter({ hasText: 'is there already' }).waitFor()
    await app.page.keyboard.press('Escape')
    expect(readFileSync(file, 'utf8')).toBe('somebody’s')
    await save()
    await app.page.getByRole('button', { name: 'Replace' }).click()
    await eventually(async () =>
      expect(await app.page.locator('header .file').innerText()).toBe('taken.piste'),
    )
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'piste' })
  })

  it('refuses a damaged project with an explanation; the open project stays', async () => {
    const file = join(app.folder, 'broken.piste')
    writeFileSync(file, '{"format": "piste", "version": 99}')
    await app.page.keyboard.press(`${modKey}+O`)
    await app.page.getByLabel('File name or path').fill(file)
    await app.page.getByRole('button', { name: 'Open', exact: true }).click()
    const text = await app.page.getByRole('dialog').filter({ hasText: 'could not be opened' }).innerText()
    expect(text).toContain('newer Piste')
    expect(text).toContain(file)
    await app.page.keyboard.press('Escape')
    expect(await readout('Throughput')).toContain('299.8')
  })

  it('recovers unsaved work after a crash', async () => {
    await shareField().fill('33 %')
    await shareField().press('Enter')
    await expect
      .poll(() => readdirSync(join(app.folder, 'data')).some((name) => name.startsWith('autosave-')), {
        timeout: 10_000,
      })
      .toBe(true)
    app.page.on('dialog', (dialog) => void dialog.accept())
    await app.page.reload()
    await app.page.getByRole('dialog').getByRole('button', { name: 'Recover' }).click()
    await eventually(async () => expect(await shareField().inputValue()).toBe('33 %'))
  })

  it('works by keyboard alone: menus, panels, slider', async () => {
    await app.page.keyboard.press('Tab')
    await app.page.getByRole('menuitem', { name: 'File' }).focus()
    await app.page.keyboard.press('Enter')
    await app.page.getByRole('menuitem', { name: /Save as/ }).waitFor()
    await app.page.keyboard.press('Escape')
    const slider = app.page.getByRole('slider', { name: 'Buffer share of the area' })
    await slider.focus()
    const before = await shareField().inputValue()
    await app.page.keyboard.press('ArrowLeft')
    expect(await shareField().inputValue()).not.toBe(before)
    await app.page.keyboard.press('F1')
    await app.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await app.page.keyboard.press('Escape')
  })

  it.each(['light', 'dark'])('axe finds no serious violation, %s', async (theme) => {
    if (theme === 'dark') await app.page.getByRole('button', { name: /Switch to dark/ }).click()
    await app.page.locator('.cm-content').waitFor()
    const { violations } = await new AxeBuilder({ page: app.page as never }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ).toEqual([])
  })
})
