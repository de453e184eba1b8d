import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AxeBuilder } from '@axe-core/playwright'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeEach(async () => {
  app = await launchApp()
})
afterEach(() => app.close())

const tab = (name: string) => app.page.getByRole('tab', { name, exact: true }).click()
const strategy = (value: string) => app.page.getByLabel('Strategy', { exact: true }).selectOption(value)
const panel = () => app.page.getByRole('tabpanel').innerText()
const shareField = () =>
  app.page.getByRole('region', { name: 'Buffer share', exact: true }).getByLabel('Share', { exact: true })

async function eventually(read: () => Promise<string>, expected: RegExp): Promise<void> {
  await expect.poll(read, { timeout: 10_000 }).toMatch(expected)
}

describe('fusion, in a real browser', () => {
  it('changes the strategy: curve, best share and read-out follow; undo reverts', async () => {
    await strategy('segmented')
    await eventually(() => shareField().inputValue(), /^61\.7\d* %$/)
    const charts = await app.page.getByRole('application').evaluateAll((all) => all.map((a) => a.ariaLabel))
    expect(charts.join()).toContain('best share 61.7 %')
    expect(charts.join()).toContain('reached at 320 MiB')
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => shareField().inputValue(), /^62\.9\d* %$/)
    expect(app.complaints).toEqual([])
  })

  it('compares strategies in a table, and selects one there', async () => {
    await tab('Strategies')
    const text = await panel()
    for (const line of ['unfused', 'fused', 'untiled', 'tiled', 'FLAT', 'FlashAttention', 'segmented'])
      expect(text).toContain(line)
    expect(text).toMatch(/fused\s.*yes.*62\.9 %.*4\.23x.*segmented.*61\.7 %.*3\.83x/s)
    await app.page.getByRole('button', { name: 'tiled', exact: true }).click()
    expect(await app.page.getByLabel('Strategy', { exact: true }).inputValue()).toBe('tiled')
  })

  it('colours the cascade by segment, and the strip follows the cursor', async () => {
    await strategy('segmented')
    await tab('Cascade')
    const strip = app.page.getByRole('list', { name: 'Segments at this buffer size' })
    await eventually(() => strip.innerText(), /Q_proj \+ QK \+ QKV \+ final/)
    await app.page.getByRole('region', { name: 'Ski slope' }).getByRole('application').focus()
    const chart = app.page.getByRole('region', { name: 'Ski slope' }).getByRole('application')
    const box = (await chart.boundingBox())!
    await app.page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
    await eventually(() => strip.innerText(), /^(?!.*\+)/s)
    expect(await strip.getByRole('listitem').count()).toBe(8)
    expect(await app.page.getByRole('img', { name: /Cascade of 8 Einsums/ }).count()).toBe(1)
    await app.page.mouse.move(box.x + box.width * 0.985, box.y + box.height / 2)
    await eventually(() => strip.innerText(), /Q_proj \+ QK \+ QKV \+ final \+ fc1 \+ fc2/)
    expect(await panel()).toContain('always written out')
  })

  it('shows a fused mapping as one loop nest, with tiles and traffic of each Einsum', async () => {
    await strategy('segmented')
    await app.page.getByLabel('Einsum to inspect').selectOption('QKV')
    const tree = app.page.getByLabel('Loop tree')
    await eventually(() => tree.innerText(), /for rows in \d+ tiles? of \d+/)
    const text = await tree.innerText()
    expect(text).toMatch(/keep WQ/)
    for (const name of ['Q_proj', 'QK', 'QKV', 'final']) expect(text).toContain(name)
    const table = await app.page.getByRole('table', { name: 'Tensors of the mapping' }).innerText()
    expect(table).toMatch(/QKV.*stays/s)
  })

  it('shows the reduction by fusion as a chart', async () => {
    await app.page.getByRole('button', { name: 'reduction', exact: true }).click()
    const chart = app.page.getByRole('region', { name: 'Reduction by fusion' })
    expect(await chart.getByRole('application').getAttribute('aria-label')).toContain('Traffic unfused over')
    expect(await chart.locator('canvas').count()).toBe(1)
  })

  it('sets the chain at a merge, and switches to decode', async () => {
    await strategy('segmented')
    await app.page.getByText('Where chains meet').click()
    await app.page.getByLabel('Chain that goes on into QK', { exact: true }).selectOption('K_proj')
    await tab('Cascade')
    await app.page.getByText('always written out').click()
    await eventually(panel, /QK continues the chain of K_proj.*\(as set\)/s)
    await app.page.getByLabel('Chain that goes on into QK', { exact: true }).selectOption('')
    await app.page.getByLabel('Phase').selectOption('decode')
    await eventually(() => app.page.getByLabel('Workload text').innerText(), /K_cache/)
    await eventually(panel, /K is written|segmented at/)
    expect(app.complaints).toEqual([])
  })

  it('shows sensitivities, and the least that attains a wanted throughput', async () => {
    await tab('Trade-offs')
    const answers = app.page.getByRole('table', { name: 'Least that attains it' })
    await eventually(() => answers.innerText(), /Least die.*mm²/s)
    await app.page.getByLabel('Wanted throughput', { exact: true }).fill('9000 TMAC/s')
    await app.page.getByLabel('Wanted throughput', { exact: true }).press('Enter')
    await eventually(() => answers.innerText(), /not possible.*raise the DRAM bandwidth/s)
    expect(await app.page.getByRole('region', { name: 'Sensitivity' }).locator('canvas').count()).toBe(1)
  })

  it('pins designs, compares them with the current state, and undoes a deletion', async () => {
    await tab('Designs')
    await strategy('unfused')
    await app.page.getByRole('button', { name: 'Pin this state' }).click()
    await strategy('segmented')
    const table = app.page.getByRole('table', { name: 'Designs' })
    await eventually(() => table.innerText(), /current.*61\.7 %.*82\.2 %/s)
    const differing = await table.locator('td.differs').allInnerTexts()
    expect(differing).toContain('unfused')
    expect(differing).not.toContain('GPT-3 6.7B')
    await app.page.getByLabel('What charts show beside the curves').selectOption('designs')
    await app.page.getByLabel('Name of Design 1').fill('no fusion')
    await app.page.getByLabel('Name of Design 1').press('Enter')
    await app.page.getByRole('button', { name: 'Throughput' }).click()
    expect(await table.getByRole('columnheader', { name: 'Throughput' }).getAttribute('aria-sort')).toBe(
      'ascending',
    )
    await app.page.getByRole('button', { name: 'Open no fusion' }).click()
    expect(await app.page.getByLabel('Strategy', { exact: true }).inputValue()).toBe('unfused')
    await app.page.getByRole('button', { name: 'Delete no fusion' }).click()
    expect(await table.count()).toBe(0)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => table.locator('input.name').first().inputValue(), /no fusion/)
    expect(app.complaints).toEqual([])
  })

  it('says when nothing can be fused', async () => {
    await app.page.getByLabel('Workload preset').selectOption({ label: 'GEMM 4096 cubed' })
    await tab('Cascade')
    await eventually(panel, /nothing to fuse/)
    await tab('Strategies')
    expect(await panel()).toContain('Nothing here can be fused')
    expect(await app.page.getByLabel('Strategy', { exact: true }).count()).toBe(0)
  })

  it.each(['Cascade', 'Strategies', 'Designs', 'Trade-offs'])(
    'axe finds no serious violation on %s',
    async (name) => {
      await strategy('segmented')
      await tab(name)
      if (name === 'Designs') await app.page.getByRole('button', { name: 'Pin this state' }).click()
      const { violations } = await new AxeBuilder({ page: app.page }).analyze()
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    },
  )
})
