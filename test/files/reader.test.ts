import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { parseProject, printProject } from '../../src/contract/parse-project'
import { parseWorkloadText } from '../../src/contract/workload-file'
import { readCase, readCaseIfAny } from '../../src/files/case-files'
import { importFile } from '../../src/files/importers'
import { Reader, SHORT_TEXT } from '../../src/files/reader'
import { builtWorker } from '../support/built-worker'
import { largeProject, largeWorkload, leastOf, longestDelay } from '../support/large-inputs'
import { onnxModel } from '../support/onnx-model'
import { aProject } from '../support/project'

const folder = mkdtempSync(join(tmpdir(), 'piste-reader-'))
const reader = new Reader(builtWorker('reading'))
afterAll(async () => {
  await reader.close()
  rmSync(folder, { recursive: true, force: true })
})

const SHORT = 'workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}\n'
/** The same, too long for the calling thread, and read as quickly. */
const padded = (text: string) => text + ' '.repeat(SHORT_TEXT)

function fileOf(name: string, content: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

/** Every way to read an input, with the same on the calling thread. */
const pairs = async () => {
  const project = printProject(await aProject())
  const machine = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'machine', 'tiny01.json'), 'utf8')
  const model = onnxModel({
    inputs: { x: [4, 8] },
    weights: [{ name: 'w', shape: [8, 16] }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    outputs: ['y'],
  })
  const options = { dimensions: {} }
  return [SHORT, padded(SHORT)].flatMap((text, i) => {
    const workload = fileOf(`${i}.yaml`, text)
    const wrong = fileOf(`${i}-wrong.yaml`, text.replace('M: 2', 'M: -2'))
    const onnx = fileOf(`${i}.onnx`, model)
    const long = i === 1 ? padded : (whole: string) => whole
    const ofMachine = fileOf(`${i}.json`, long(machine))
    return [
      [reader.workload(text), parseWorkloadText(text)],
      [reader.workload('workload: {' + text, 'a.yaml'), parseWorkloadText('workload: {' + text, 'a.yaml')],
      [reader.project(long(project), 'a.piste'), parseProject(long(project), 'a.piste')],
      [reader.project(long('{}'), 'a.piste'), parseProject(long('{}'), 'a.piste')],
      [reader.import(workload, options), importFile(workload, options)],
      [reader.import(wrong, options), importFile(wrong, options)],
      [reader.import(onnx, options), importFile(onnx, options)],
      [reader.import(join(folder, 'none'), options), importFile(join(folder, 'none'), options)],
      [reader.import(folder, options), importFile(folder, options)],
      [reader.case(ofMachine), readCase(ofMachine)],
      [reader.caseIfAny(ofMachine), readCaseIfAny(ofMachine)],
      [reader.caseIfAny(workload), readCaseIfAny(workload)],
    ]
  })
}

describe('reading', () => {
  it('gives the same in a worker as on the calling thread, sound or not', async () => {
    for (const [found, expected] of await pairs()) expect(await found).toEqual(await expected)
  })

  it('of a large text, project or file does not hold up the thread that asks for it', async () => {
    const text = largeWorkload()
    const project = await largeProject()
    const file = fileOf('large.yaml', text)
    const options = { dimensions: {} }
    const ways: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
      ['workload', () => reader.workload(text), async () => parseWorkloadText(text)],
      ['project', () => reader.project(project, 'a'), async () => parseProject(project, 'a')],
      ['import', () => reader.import(file, options), () => importFile(file, options)],
    ]
    for (const [name, inWorker, here] of ways) {
      const delay = await leastOf(3, () => longestDelay(inWorker))
      expect(delay, name).toBeLessThan((await longestDelay(here)) / 3)
    }
  })

  it('of short texts is left to the calling thread, where it takes a small part of what a large one takes', async () => {
    const short = largeWorkload(600)
    expect(short.length).toBeLessThan(SHORT_TEXT)
    expect(short.length).toBeGreaterThan(SHORT_TEXT / 2)
    const here = await leastOf(5, () => longestDelay(() => reader.workload(short)))
    expect(here).toBeLessThan((await longestDelay(async () => parseWorkloadText(largeWorkload()))) / 5)
  })

  it('that takes too long is ended with a fault, and what comes next is read', async () => {
    const text = largeWorkload()
    const whole = await longestDelay(async () => parseWorkloadText(text))
    const impatient = new Reader(builtWorker('reading'), { limitMs: whole / 4 })
    const readsShort = () =>
      vi.waitFor(
        async () => expect(await impatient.workload(padded(SHORT))).toMatchObject({ ok: true }),
        10_000,
      )
    await readsShort()
    const file = fileOf('slow.yaml', text)
    const fault = {
      code: 'reading-given-up',
      message: expect.stringContaining('it took over') as string,
      file,
      path: '',
    }
    expect(await impatient.import(file, { dimensions: {} })).toMatchObject({ ok: false, error: [fault] })
    expect(await impatient.workload(text)).toMatchObject({
      ok: false,
      error: [
        { code: 'reading-given-up', path: 'workload', hint: expect.stringContaining('split') as string },
      ],
    })
    await readsShort()
    await impatient.close()
  })

  it('whose thread dies, as without memory, gives a fault', async () => {
    const dying = fileOf(
      'dying.cjs',
      `const { parentPort } = require('node:worker_threads')
       parentPort.on('message', () => process.exit(7))
       parentPort.postMessage('ready')`,
    )
    const mortal = new Reader(dying)
    expect(await mortal.project(padded('{}'), 'a.piste')).toMatchObject({
      ok: false,
      error: [
        { code: 'reading-given-up', file: 'a.piste', message: expect.stringContaining('exited') as string },
      ],
    })
    await mortal.close()
  })

  it('is cancelled by a signal, and by closing', async () => {
    const controller = new AbortController()
    const given = reader.workload(largeWorkload(), undefined, controller.signal)
    controller.abort('superseded')
    expect(await given).toMatchObject({ ok: false, error: [{ code: 'superseded' }] })
    const closed = new Reader(builtWorker('reading'))
    const running = closed.workload(largeWorkload())
    await closed.close()
    expect(await running).toMatchObject({ ok: false, error: [{ code: 'cancelled' }] })
  })
})
