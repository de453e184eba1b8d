import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { printProject } from '../../src/contract/parse-project'
import { aProject } from '../support/project'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeEach(async () => {
  app = await launchApp()
})
afterEach(async () => {
  expect(app.complaints).toEqual([])
  await app.close()
})

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const tab = (name: string) => app.page.getByRole('tab', { name, exact: true }).click()
const panel = () => app.page.getByRole('tabpanel').innerText()
const strategy = (value: string) => app.page.getByLabel('Strategy', { exact: true }).selectOption(value)
const chart = (name: string) => app.page.getByRole('button', { name, exact: true }).click()
const press = (keys: string) => app.page.keyboard.press(keys)
const region = (name: string) => app.page.getByRole('region', { name })
const dialog = () => app.page.getByRole('dialog')

async function eventually(read: () => Promise<string>, expected: RegExp): Promise<void> {
  await expect.poll(read, { timeout: 10_000 }).toMatch(expected)
}
async function noSeriousViolation(): Promise<void> {
  const { violations } = await new AxeBuilder({ page: app.page }).analyze()
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
}
async function palette(text: string): Promise<void> {
  await press('Control+k')
  await app.page.getByLabel('Search commands').fill(text)
  await press('Enter')
}
/** Drops a file on the window as a user would: the browser gives its content, not its path. */
async function drop(name: string, content: string): Promise<void> {
  await app.page.evaluate(
    ([file, text]) => {
      const data = new DataTransfer()
      data.items.add(new File([text!], file!))
      for (const type of ['dragover', 'drop'])
        window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    },
    [name, content],
  )
}

describe('designs and mixes', () => {
  it('pins, compares, sorts, renames, weighs and undoes', async () => {
    await tab('Designs')
    await strategy('unfused')
    await app.page.getByRole('button', { name: 'Pin this state' }).click()
    await strategy('segmented')
    await press('Control+d')
    await app.page.getByLabel('Name of Design 2').fill('fused')
    await press('Enter')
    const table = app.page.getByRole('table', { name: 'Designs' })
    await eventually(() => table.innerText(), /70\.9 TMAC\/s[^]*271\.4 TMAC\/s/)
    expect(await table.locator('.differs').count()).toBeGreaterThan(2)
    await app.page.getByRole('button', { name: 'Throughput', exact: true }).click()
    expect(await table.getByRole('columnheader', { name: /Throughput/ }).getAttribute('aria-sort')).toBe(
      'ascending',
    )

    for (const [name, weight] of [
      ['Design 1', '30'],
      ['fused', '70'],
    ] as const) {
      await app.page.getByLabel(`Weight of ${name} in the mix`).fill(weight)
      await press('Enter')
    }
    await eventually(panel, /Mix on this die[^]*Best share/)
    expect(await app.page.getByRole('table', { name: 'Members of the mix' }).innerText()).toMatch(
      /fused\s+70 %/,
    )
    for (let i = 0; i < 3; i++) await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(panel, /^(?!.*Mix on this die)/s)
    await noSeriousViolation()
  })
})

describe('trade-offs', () => {
  it('draws a map over a parameter of the chip and over one of the workload', async () => {
    await strategy('unfused')
    await chart('map')
    const map = region('Throughput map')
    await map.locator('canvas').first().waitFor()
    const box = (await map.getByRole('application').boundingBox())!
    await app.page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.4)
    await eventually(() => map.innerText(), /DRAM bandwidth .*B\/s, .*MAC\/s, best .*MAC\/s/)
    await app.page.getByLabel('Second parameter of the map').selectOption('batch')
    await app.page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.45)
    await eventually(() => map.innerText(), /batch \d+, .*MAC\/s/i)
    await app.page.getByLabel('Workload preset').selectOption('gemm-4k')
    await eventually(() => app.page.getByLabel('Second parameter of the map').innerText(), /^(?!.*batch)/s)
  })

  it('shows the three-way split, which follows the inner bandwidth', async () => {
    await strategy('segmented')
    await chart('split')
    const split = region('Three-way split')
    await eventually(() => split.innerText(), /Best split[^]*outer SRAM[^]*inner SRAM[^]*271/)
    await app.page.getByLabel('Inner bandwidth').fill('1 GB/s')
    await press('Enter')
    await eventually(() => split.innerText(), /limited by\s+inner SRAM bandwidth/)
    await split.getByRole('button', { name: /TMAC\/s/ }).click()
    expect(await app.page.locator('.why').innerText()).toMatch(/OI\(inner SRAM\)[^]*1 GB\/s/)
  })

  it('shows the least die, bandwidth and SRAM for a wanted throughput', async () => {
    await tab('Trade-offs')
    await eventually(panel, /Least die[^]*mm²[^]*Least DRAM bandwidth[^]*B\/s[^]*Least SRAM/)
    await app.page.getByLabel('Wanted throughput', { exact: true }).fill('1e9')
    await press('Enter')
    await eventually(panel, /not possible/)
  })
})

describe('explanations of figures', () => {
  it('show the formula, the values in it, and the mapping that attains it', async () => {
    await region('Buffer share').getByRole('button', { name: '299.8 TMAC/s' }).first().click()
    const why = app.page.locator('.why')
    expect(await why.innerText()).toMatch(
      /memory bound = DRAM bandwidth x MACs[^]*147\.8 GB\/s[^]*sec\. VII-D/,
    )
    await noSeriousViolation()
    await why.getByRole('button', { name: 'show the mapping' }).click()
    expect(await app.page.getByRole('tab', { name: 'Inspector' }).getAttribute('aria-selected')).toBe('true')
    expect(await panel()).toContain('Pinned')
  })

  it('in the tables too: strategies, designs, mix, and least values for a wanted throughput', async () => {
    const ask = async (table: string, cell: string | RegExp): Promise<string> => {
      await app.page.getByRole('table', { name: table }).getByRole('button', { name: cell }).first().click()
      const said = await app.page.locator('.why').innerText()
      await press('Escape')
      return said
    }
    await tab('Strategies')
    await strategy('unfused')
    expect(await ask('Strategies', '271.4 TMAC/s')).toMatch(/min\(memory bound, compute bound\)[^]*segmented/)
    await tab('Designs')
    await app.page.getByRole('button', { name: 'Pin this state' }).click()
    await app.page.getByLabel('Weight of Design 1 in the mix').fill('30')
    await press('Enter')
    await strategy('segmented')
    await eventually(panel, /271\.4[^]*70\.9/)
    expect(await ask('Designs', '70.9 TMAC/s')).toMatch(/Throughput[^]*70\.9 TMAC\/s[^]*Brown et al/)
    await app.page.getByRole('region', { name: 'Mix of workloads' }).getByRole('button').first().click()
    expect(await app.page.locator('.why').innerText()).toMatch(/sum of weights[^]*30 \/ \(30 \/ 70\.9 TMAC/)
    await press('Escape')
    await tab('Inspector')
    expect(await ask('Tensors of the mapping', /KiB|MiB/)).toMatch(/product of the tile extents[^]*M1 x M0/)
    await tab('Points')
    const points = app.page.getByRole('group', { name: /Pareto points/ })
    await points.getByRole('button', { name: /x$/ }).click()
    expect(await app.page.locator('.why').innerText()).toMatch(/Gap 0 = least traffic/)
    await press('Escape')
    await tab('Trade-offs')
    expect(await ask('Least that attains it', /mm²/)).toMatch(/least die = [^]*332\.25 µm²/)
    expect(await ask('Least that attains it', /GB\/s/)).toMatch(/least bandwidth = /)
    expect(await ask('Least that attains it', /MiB/)).toMatch(/least SRAM = [^]*show the mapping/)
    await noSeriousViolation()
  })

  it('name the tensors of the traffic', async () => {
    await chart('by tensor')
    const box = (await region('Traffic by tensor').getByRole('application').boundingBox())!
    await app.page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5)
    await eventually(() => region('Traffic by tensor').innerText(), /iB: W?\w+ .*iB \(\d+(\.\d+)? %\)/)
  })
})

describe('imports', () => {
  it('a dropped config.json becomes the cascade of a block, at the chosen phase and batch', async () => {
    await drop('config.json', readFileSync(join(FIXTURES, 'hugging-face/llama-3-8b.json'), 'utf8'))
    await eventually(() => dialog().innerText(), /10 Einsums, which the model runs 32 times/)
    await app.page.getByLabel('Phase of the import').selectOption('decode')
    await eventually(() => app.page.getByLabel('Phase of the import').inputValue(), /decode/)
    await noSeriousViolation()
    await app.page.getByRole('button', { name: 'Use this workload' }).click()
    await eventually(() => app.page.getByLabel('Einsum to inspect').innerText(), /gated/)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => app.page.getByLabel('Workload preset').inputValue(), /gpt3-6\.7b/)
  })

  it.each([
    ['model.json', '{"model_type":"mamba"}', /This family of models is not known[^]*known are llama/],
    ['notes.txt', 'hello', /neither a workload nor a model/],
    ['broken.yaml', 'workload: {einsums: [', /not well-formed/],
    ['w.yaml', 'workload: { rank_sizes: {}, einsums: ["Z[m] = A[m]"] }', /Rank variable m has no size/],
    ['p.piste', '{"format":"other"}', /no Piste project/],
    ['image.onnx', '\u0000\u0001\u0002', /neither text nor|ONNX/],
  ])('%s is refused with an explanation; the open project stays', async (name, content, words) => {
    await drop(name, content)
    await eventually(() => dialog().innerText(), words)
    await press('Escape')
    expect(await app.page.getByLabel('Workload preset').inputValue()).toBe('gpt3-6.7b')
    expect(await region('Ski slope').locator('canvas').count()).toBe(1)
  })

  it('a dropped project opens as an untitled copy', async () => {
    await drop('kept.piste', printProject({ ...(await aProject()), bufferShare: 0.25 }))
    await eventually(() => region('Buffer share').getByLabel('Share', { exact: true }).inputValue(), /^25 %$/)
    expect(await app.page.locator('.file').innerText()).toContain('untitled')
  })
})

describe('exports for other tools', () => {
  it('are written from the current state', async () => {
    await press('Control+e')
    const save = async (label: string): Promise<string> => {
      const download = app.page.waitForEvent('download')
      await dialog().getByRole('button', { name: label, exact: true }).click()
      return readFileSync(await (await download).path(), 'utf8')
    }
    expect(await save('Workload for AccelForge')).toMatch(/iteration_space_shape:[^]*0 <= b < 16/)
    expect(await save('Problem for Timeloop')).toMatch(/name: Q_proj[^]*read_write: true/)
    expect(await save('Architecture for Timeloop')).toMatch(/!Component[^]*DRAM[^]*meshX: 32/)
    expect(await save('Points as CSV')).toMatch(/^buffer_bytes,backing_store_bytes/)
    await press('Escape')
    await app.page.getByLabel('Mapspace').selectOption('paper')
    await tab('Jobs')
    await eventually(panel, /Last search: .* paper mapspace/s)
    await press('Control+e')
    expect(await save('Mapping for Timeloop')).toMatch(/target: DRAM[^]*factors:[^]*target: Buffer/)
  })
})

describe('the hierarchy', () => {
  it('is edited in place: levels are added, moved by keyboard, sized by share; ports are checked', async () => {
    const picture = app.page.getByRole('group', { name: 'Memory hierarchy' })
    await picture.getByRole('button', { name: 'Add a level' }).click()
    await picture.getByLabel('Name of level 2').fill('LLC')
    await press('Enter')
    const names = () =>
      picture.locator('.name').evaluateAll((all) => all.map((i) => (i as HTMLInputElement).value).join())
    expect(await names()).toBe('LLC,L2')
    await picture.getByRole('button', { name: /^Move LLC/ }).focus()
    await press('Alt+ArrowDown')
    await eventually(names, /^L2,LLC$/)
    await picture.getByLabel('Area share of LLC').fill('50 %')
    await press('Enter')
    await eventually(() => picture.getByLabel('Capacity of LLC').inputValue(), /^81\d{6} B$/)
    await picture.locator('summary').last().click()
    await picture.getByLabel('Bandwidth of LLC').fill('10 TB/s')
    await press('Enter')
    await picture.getByLabel('Ports of LLC').fill('2')
    await press('Enter')
    await eventually(() => picture.innerText(), /2 ports of 512 bit[^]*less than its\s+bandwidth/)
    await picture.getByLabel('Area share of LLC').fill('300')
    await press('Enter')
    await eventually(() => picture.innerText(), /must be at most 100 %/)
    await picture.getByLabel('Capacity of LLC').fill('1 GiB')
    await press('Enter')
    await eventually(() => picture.innerText(), /% of the area: LLC is larger than the die/)
    await eventually(() => picture.innerText(), /more than the die has/)
    await noSeriousViolation()
  })
})

describe('own technologies and chips', () => {
  const menu = async (item: string | RegExp) => {
    await app.page.getByRole('button', { name: 'Keep technology, architecture or chip' }).click()
    await app.page.getByRole('menuitem', { name: item }).click()
  }
  const options = (label: string) => app.page.getByLabel(label, { exact: true }).innerText()

  it('are kept under a name, saved as a file, removed, and taken from a file', async () => {
    await app.page.getByLabel('Area per byte').fill('0.31 µm^2/B')
    await press('Enter')
    await menu('Keep this technology...')
    await dialog().getByLabel('Name').fill('')
    await press('Enter')
    await eventually(() => dialog().innerText(), /Enter a name/)
    await dialog().getByLabel('Name').fill('Our 5 nm')
    await noSeriousViolation()
    const download = app.page.waitForEvent('download')
    await dialog().getByRole('button', { name: 'Keep and save a file' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('Our 5 nm.technology.yaml')
    const content = readFileSync(await file.path(), 'utf8')
    expect(content).toMatch(/^technology:[^]*areaUm2PerByte: 0\.31/)
    await eventually(() => options('Technology'), /Our 5 nm/)

    // It is on disk: another window has it too.
    const second = await app.page.context().newPage()
    await second.goto(app.page.url())
    await expect
      .poll(() => second.getByLabel('Technology', { exact: true }).innerText(), { timeout: 10_000 })
      .toMatch(/Our 5 nm/)
    await second.close()
    await menu(/^Remove Our 5 nm/)
    await eventually(() => options('Technology'), /^(?![^]*Our 5 nm)/)
    await drop('from a friend.yaml', content.replace('Our 5 nm', 'Their 5 nm'))
    await eventually(() => options('Technology'), /Their 5 nm/)
    await app.page.getByLabel('Technology', { exact: true }).selectOption('own-their-5-nm')
    expect(await app.page.getByLabel('Area per byte').inputValue()).toMatch(/^0\.31/)
    await drop('broken.yaml', 'technology: { id: x, name: x, areaUm2PerMac: none }')
    await eventually(() => dialog().innerText(), /broken\.yaml[^]*technology\.areaUm2PerMac/)
  })

  it('a real chip gives die, bandwidth and last level', async () => {
    await app.page.getByLabel('Architecture preset').selectOption('chip:h100')
    expect(await app.page.getByLabel('Die', { exact: true }).inputValue()).toBe('814 mm²')
    expect(await app.page.getByLabel('Capacity of L2').inputValue()).toBe('50 MiB')
  })
})

describe('units', () => {
  it('are chosen, shown in all parts of the window, undone, saved with the project and used in its report', async () => {
    const share = region('Buffer share')
    await palette('count macs')
    await eventually(() => share.innerText(), /599\.6 Top\/s/)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => share.innerText(), /299\.8 TMAC\/s/)
    await app.page.getByRole('button', { name: 'Redo' }).click()
    await palette('iec or si')
    expect(await app.page.getByLabel('Capacity of L2').inputValue()).toBe('786.432 kB')
    await share.getByRole('button', { name: '599.6 Top/s' }).first().click()
    expect(await app.page.locator('.why').innerText()).toMatch(/599\.6 Top\/s[^]*2 a MAC/)
    await press('Escape')
    await palette('count bytes')
    await eventually(() => share.innerText(), /M el/)
    await tab('Points')
    await eventually(panel, /op\/el/)
    await tab('Trade-offs')
    await app.page.getByLabel('Wanted throughput', { exact: true }).fill('100')
    await press('Enter')
    const wanted = await panel()
    const file = join(app.folder, 'units.piste')
    await press('Control+s')
    await app.page.getByLabel('File name or path').fill(file)
    await press('Enter')
    await eventually(() => app.page.locator('.file').innerText(), /^units\.piste$/)
    // Another project has units of its own.
    await press('Control+Alt+n')
    await eventually(() => share.innerText(), /299\.8 TMAC\/s/)
    await drop('units.piste', readFileSync(file, 'utf8'))
    await eventually(() => share.innerText(), /599\.6 Top\/s/)
    await tab('Trade-offs')
    await eventually(panel, new RegExp(wanted.match(/Least SRAM\s+\S+/)![0].replaceAll('.', '\\.')))
    await press('Control+e')
    await dialog().getByRole('button', { name: 'Preview' }).click()
    const frame = app.page.frameLocator('iframe[title="Preview of the report"]')
    await eventually(() => frame.locator('body').innerText(), /at most 599\.6? Top\/s[^]*2 a MAC/)
  })
})

describe('commands, zoom, copies, help and several windows', () => {
  it('commands are found by a part of their name', async () => {
    await palette('bert base')
    await eventually(() => app.page.getByLabel('Workload preset').inputValue(), /bert-base/)
    await palette('throughput map'.replace('throughput ', 'show '))
    await region('Throughput map').waitFor()
    await palette('details points')
    expect(await app.page.getByRole('tab', { name: 'Points' }).getAttribute('aria-selected')).toBe('true')
    await press('Control+k')
    await app.page.getByLabel('Search commands').fill('zzzz')
    expect(await dialog().innerText()).toContain('No match')
    await app.page.getByLabel('Search commands').fill('show')
    await noSeriousViolation()
  })

  it('charts zoom together, by brush, wheel and key, and go back', async () => {
    const slope = region('Ski slope')
    const box = (await slope.getByRole('application').boundingBox())!
    await app.page.keyboard.down('Shift')
    await app.page.mouse.move(box.x + box.width * 0.5, box.y + 80)
    await app.page.mouse.down()
    await app.page.mouse.move(box.x + box.width * 0.7, box.y + 80, { steps: 3 })
    await app.page.mouse.up()
    await app.page.keyboard.up('Shift')
    for (const name of ['Ski slope', 'OI mesa'])
      expect(await region(name).getByRole('button', { name: 'show all' }).count()).toBe(1)
    await slope.getByRole('application').focus()
    await press('0')
    await expect.poll(() => slope.getByRole('button', { name: 'show all' }).count()).toBe(0)
    await app.page.mouse.wheel(0, -200)
    await expect.poll(() => slope.getByRole('button', { name: 'show all' }).count()).toBe(1)

    const mesa = region('Performance mesa')
    const plot = (await mesa.getByRole('application').boundingBox())!
    await app.page.mouse.move(plot.x + plot.width * 0.75, plot.y + plot.height / 2)
    for (let i = 0; i < 6; i++) await app.page.mouse.wheel(0, -200)
    await mesa.getByRole('button', { name: 'show all' }).waitFor()
    const save = app.page.waitForEvent('download')
    await mesa.getByRole('button', { name: 'Copy or save' }).click()
    await app.page.getByRole('menuitem', { name: 'Save SVG' }).click()
    const labels = readFileSync(await (await save).path(), 'utf8')
    expect(labels).toMatch(/>75 %</)
    expect(labels).not.toMatch(/>20 %</)
    await mesa.getByRole('button', { name: 'show all' }).click()
    await expect.poll(() => mesa.getByRole('button', { name: 'show all' }).count()).toBe(0)
  })

  it('charts and tables are copied and saved', async () => {
    await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const clipboard = () => app.page.evaluate(() => navigator.clipboard.readText())
    await app.page.getByRole('button', { name: 'Copy or save Ski slope' }).click()
    await app.page.getByRole('menuitem', { name: 'Copy data' }).click()
    await eventually(clipboard, /^series\tx\ty\n[^]*segmented\t\d+/)
    await tab('Strategies')
    await app.page.getByRole('button', { name: 'Copy or save the table' }).click()
    await app.page.getByRole('menuitem', { name: 'Copy table' }).click()
    await eventually(clipboard, /Strategy\tLeast traffic[^]*segmented\s*the paper's\t2\.375 GiB/)
    const json = app.page.waitForEvent('download')
    await app.page.getByRole('button', { name: 'Copy or save the table' }).click()
    await app.page.getByRole('menuitem', { name: 'Save as JSON' }).click()
    const rows = JSON.parse(readFileSync(await (await json).path(), 'utf8')) as Record<string, string>[]
    expect(rows.find(({ Strategy }) => Strategy?.startsWith('segmented'))).toMatchObject({
      'Least traffic': '2.375 GiB',
    })
    for (const [item, ending, start] of [
      ['Save SVG', 'svg', '<svg'],
      ['Save PNG', 'png', '\u2030PNG'],
    ] as const) {
      const download = app.page.waitForEvent('download')
      await app.page.getByRole('button', { name: 'Copy or save Performance mesa' }).click()
      await app.page.getByRole('menuitem', { name: item }).click()
      const file = await download
      expect(file.suggestedFilename()).toBe(`performance-mesa.${ending}`)
      expect(readFileSync(await file.path(), 'latin1').slice(start === '<svg' ? 0 : 1, 4)).toBe(
        start === '<svg' ? '<svg' : 'PNG',
      )
    }
  })

  it('help opens on the first steps and turns to the terms; the tour comes back when asked for', async () => {
    await press('F2')
    await eventually(() => dialog().innerText(), /First steps/)
    await dialog().getByRole('button', { name: 'Terms' }).click()
    expect(await dialog().innerText()).toContain('Maximal effectual buffer size')
    await noSeriousViolation()
    await press('Escape')
    await palette('tour')
    for (const button of ['Next', 'Next', 'Done'])
      await app.page
        .getByRole('complementary', { name: 'Tour' })
        .getByRole('button', { name: button })
        .click()
    expect(await app.page.getByRole('complementary', { name: 'Tour' }).count()).toBe(0)
  })

  it('a second window on one project is warned, and does not overwrite the first one’s changes', async () => {
    const file = join(app.folder, 'shared.piste')
    writeFileSync(file, printProject(await aProject('gpt3-6.7b')))
    const open = async (page: typeof app.page) => {
      await page.keyboard.press('Control+o')
      await page.getByLabel('File name or path').fill(file)
      await page.keyboard.press('Enter')
    }
    await open(app.page)
    await eventually(() => app.page.locator('.file').innerText(), /shared\.piste/)
    const second = await app.page.context().newPage()
    await second.goto(app.page.url())
    await second.locator('canvas').first().waitFor()
    await open(second)
    await expect.poll(() => second.getByRole('dialog').innerText()).toMatch(/open in another window/)
    await second.keyboard.press('Escape')

    await strategy('segmented')
    await press('Control+s')
    await eventually(() => app.page.locator('.file').innerText(), /^shared\.piste$/)
    await second.getByLabel('Strategy', { exact: true }).selectOption('tiled')
    await second.keyboard.press('Control+s')
    await expect.poll(() => second.getByRole('dialog').innerText()).toMatch(/changed by someone else/)
    expect(readFileSync(file, 'utf8')).toContain('"strategy": "segmented"')
  })
})

it('shows the tour once, and blocks nothing', async () => {
  const first = await launchApp({ firstRun: true })
  try {
    const tour = first.page.getByRole('complementary', { name: 'Tour' })
    expect(await tour.innerText()).toMatch(/1 of 3/)
    await first.page.getByLabel('Strategy', { exact: true }).selectOption('tiled')
    await tour.getByRole('button', { name: 'Skip' }).click()
    await first.page.reload()
    await first.page.locator('canvas').first().waitFor()
    expect(await tour.count()).toBe(0)
  } finally {
    await first.close()
  }
})

it('from a preset to a PDF: load, fuse, pin, compare, preview, export', async () => {
  await palette('load llama 3 8b')
  await eventually(() => app.page.getByLabel('Workload preset').inputValue(), /llama3-8b/)
  await press('Control+d')
  await strategy('segmented')
  await press('Control+d')
  await eventually(panel, /fused[^]*segmented/)
  await press('Control+e')
  await dialog().getByRole('button', { name: 'Preview' }).click()
  const frame = app.page.frameLocator('iframe[title="Preview of the report"]')
  await eventually(
    () => frame.locator('body').innerText(),
    /For Llama-3 8B \(prefill, 1 x 8192 tokens\), fused \(segmented\)/,
  )
  expect(await frame.locator('svg').count()).toBeGreaterThan(4)
  await dialog().getByRole('button', { name: 'Back' }).click()
  await dialog().getByLabel('Folder').fill(join(app.folder, 'out'))
  await dialog().getByRole('button', { name: 'Export', exact: true }).click()
  await expect.poll(() => dialog().innerText(), { timeout: 30_000 }).toContain('report.pdf')
  const pdf = readFileSync(join(app.folder, 'out', 'report.pdf'), 'latin1')
  expect(pdf.slice(0, 5)).toBe('%PDF-')
  expect(existsSync(join(app.folder, 'out', 'report.html'))).toBe(true)
})

it('by keyboard alone: load, fuse, walk the points, zoom, pin, map, export', async () => {
  const focused = () =>
    app.page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    )
  const tabTo = async (label: RegExp) => {
    for (let i = 0; i < 80; i++) {
      if (label.test(await focused())) return
      await press('Tab')
    }
    throw new Error(`nothing called ${String(label)} is reached by Tab`)
  }
  await palette('load bert large')
  await eventually(() => app.page.getByLabel('Workload preset').inputValue(), /bert-large/)
  await app.page.getByLabel('Strategy', { exact: true }).focus()
  await press('s')
  await eventually(() => app.page.getByLabel('Strategy', { exact: true }).inputValue(), /segmented/)
  await tabTo(/^Ski slope: least traffic/)
  for (const key of ['ArrowRight', 'ArrowRight', '+', '+']) await press(key)
  await eventually(() => region('Ski slope').innerText(), /pinned/)
  expect(await region('Ski slope').getByRole('button', { name: 'show all' }).count()).toBe(1)
  await press('0')
  await press('Escape')
  await press('Control+d')
  await eventually(panel, /segmented/)
  await press('Alt+4')
  await region('Throughput map').locator('canvas').first().waitFor()
  await tabTo(/^Second parameter of the map$/)
  await press('d')
  await press('Control+e')
  await tabTo(/^Preview$/)
  await press('Enter')
  await app.page.locator('iframe[title="Preview of the report"]').waitFor()
  await press('Escape')
  expect(await dialog().count()).toBe(0)
})
