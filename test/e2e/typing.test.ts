import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator } from 'playwright-core'
import { launchApp, type RunningApp } from './support/launch-app'

let app: RunningApp
beforeAll(async () => {
  app = await launchApp()
})
afterAll(async () => {
  expect(app.complaints).toEqual([])
  await app.close()
})

const region = (name: string) => app.page.getByRole('region', { name, exact: true })
const architecture = (label: string) => () => region('Architecture').getByLabel(label, { exact: true })
const level = (label: string) => () =>
  app.page.getByRole('group', { name: 'Memory hierarchy' }).getByLabel(label, { exact: true })

interface Field {
  readonly name: string
  readonly at: () => Locator
  /** Bare number, what the field then shows. */
  readonly bare: readonly [typed: string, shown: string]
  readonly unit: readonly [typed: string, shown: string]
  readonly comma: readonly [typed: string, shown: string]
}
const FIELDS: readonly Field[] = [
  {
    name: 'clock',
    at: architecture('Clock'),
    bare: ['900', '900 MHz'],
    unit: ['1.2 ghz', '1.2 GHz'],
    comma: ['1,5', '1.5 GHz'],
  },
  {
    name: 'bandwidth',
    at: architecture('DRAM bandwidth'),
    bare: ['300', '300 GB/s'],
    unit: ['2 TB/s', '2 TB/s'],
    comma: ['1,5 TB/s', '1.5 TB/s'],
  },
  {
    name: 'die',
    at: architecture('Die'),
    bare: ['600', '600 mm²'],
    unit: ['6.2 cm^2', '620 mm²'],
    comma: ['610,5', '610.5 mm²'],
  },
  {
    name: 'area per MAC',
    at: architecture('Area per MAC'),
    bare: ['300', '300 µm²'],
    unit: ['3.2e-4 mm2', '320 µm²'],
    comma: ['310,5', '310.5 µm²'],
  },
  {
    name: 'area per byte',
    at: architecture('Area per byte'),
    bare: ['2', '2 µm²'],
    unit: ['2.5 um2/B', '2.5 µm²'],
    comma: ['2,25', '2.25 µm²'],
  },
  {
    name: 'I/O share',
    at: architecture('I/O share'),
    bare: ['10', '10 %'],
    unit: ['12 %', '12 %'],
    comma: ['7,5', '7.5 %'],
  },
  {
    name: 'buffer share',
    at: () => region('Buffer share').getByLabel('Share', { exact: true }),
    bare: ['50', '50 %'],
    unit: ['40 %', '40 %'],
    comma: ['33,3', '33.3 %'],
  },
  {
    name: 'capacity',
    at: level('Capacity of L2'),
    bare: ['512', '512 KiB'],
    unit: ['1 mib', '1 MiB'],
    comma: ['1,5', '1.5 MiB'],
  },
  {
    name: 'level share',
    at: level('Area share of L2'),
    bare: ['10', '10 %'],
    unit: ['20 %', '20 %'],
    comma: ['12,5', '12.5 %'],
  },
  {
    name: 'rows',
    at: architecture('Rows'),
    bare: ['64', '64'],
    unit: ['1k', '1000'],
    comma: ['1,024', '1024'],
  },
]

describe('every field reads what is typed', () => {
  const typed = async (field: Locator, text: string) => {
    await field.fill(text)
    await field.press('Enter')
  }

  it.each(FIELDS)('$name', async ({ at, bare, unit, comma }) => {
    const field = at()
    const before = await field.inputValue()
    for (const [text, shown] of [bare, unit, comma]) {
      await typed(field, text)
      expect(await field.inputValue(), text).toMatch(new RegExp(`^${shown.replace(/[.^]/g, '\\$&')}`))
    }
    const last = await field.inputValue()
    await typed(field, 'abc')
    const alert = app.page
      .locator('.field', { has: app.page.locator('input[aria-invalid=true]') })
      .getByRole('alert')
    expect(await alert.innerText()).toMatch(/^is not a number: write it like \S/)
    // Undo takes back the last change, and the error with its text.
    await app.page.getByRole('button', { name: 'Undo' }).click()
    expect(await alert.count()).toBe(0)
    await app.page.getByRole('button', { name: 'Redo' }).click()
    expect(await field.inputValue()).toBe(last)
    for (let i = 0; i < 3; i++) await app.page.getByRole('button', { name: 'Undo' }).click()
    expect(await field.inputValue()).toBe(before)
  })

  it('New drops typed text and its error', async () => {
    const clock = architecture('Clock')()
    await typed(clock, '-3')
    await region('Architecture').getByText('must be at least 1 Hz').waitFor()
    await app.page.keyboard.press('Escape')
    await typed(clock, '-3')
    await app.page.keyboard.press('Control+Alt+n')
    await region('Architecture').getByText('must be at least 1 Hz').waitFor({ state: 'detached' })
    expect(await clock.inputValue()).toBe('700 MHz')
  })

  it('a wanted throughput that is not valid has no answers', async () => {
    await app.page.getByRole('tab', { name: 'Trade-offs' }).click()
    const wanted = app.page.getByLabel('Wanted throughput', { exact: true })
    const answers = app.page.getByRole('table', { name: 'Least that attains it' })
    for (const text of ['0', '-3', 'abc']) {
      await typed(wanted, text)
      expect(await answers.count(), text).toBe(0)
      await wanted.press('Escape')
      expect(await answers.count()).toBe(1)
    }
    await typed(wanted, '0,05 PMAC/s')
    expect(await wanted.inputValue()).toBe('50 TMAC/s')
  })
})
