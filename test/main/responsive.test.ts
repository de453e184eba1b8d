import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parseProject } from '../../src/contract/parse-project'
import { parseWorkloadText } from '../../src/contract/workload-file'
import { Autosaves } from '../../src/files/autosaves'
import { readPresets } from '../../src/files/presets'
import { ProjectStore } from '../../src/files/project-store'
import { Reader } from '../../src/files/reader'
import { createSession } from '../../src/main/handlers/handlers'
import { Explorer } from '../../src/workers/explorer'
import { builtWorker } from '../support/built-worker'
import { OPTIONS } from '../support/explore'
import { inProcessRunner } from '../support/in-process-runner'
import { largeProject, largeWorkload, leastOf, longestDelay } from '../support/large-inputs'

const folder = mkdtempSync(join(tmpdir(), 'piste-responsive-'))
const reader = new Reader(builtWorker('reading'))
afterAll(async () => {
  await reader.close()
  rmSync(folder, { recursive: true, force: true })
})

const { handlers } = createSession({
  info: { version: '0', host: 'web', platform: 'test', threads: 1, dialogs: 'in-window', openAtStart: null },
  explorer: new Explorer(inProcessRunner(), { reader }),
  reader,
  store: new ProjectStore(folder, reader),
  autosaves: new Autosaves(folder),
  presets: readPresets,
  dialogs: null,
  printPdf: () => Promise.resolve({ ok: false, error: 'not here' }),
  emit: () => undefined,
})

it('the host answers other messages while it opens a project, imports a workload or starts a search, however large', async () => {
  const workloadText = largeWorkload()
  const project = await largeProject()
  const [workloadFile, projectFile] = [join(folder, 'large.yaml'), join(folder, 'large.piste')]
  writeFileSync(workloadFile, workloadText)
  writeFileSync(projectFile, project)
  const ofWorkload = await longestDelay(async () => parseWorkloadText(workloadText))
  const ofProject = await longestDelay(async () => parseProject(project, projectFile))
  const search = { searchId: 'a', slot: 'main', workloadText, options: OPTIONS }
  const requests = [
    ['search', ofWorkload, () => handlers['search.start'](search)],
    [
      'import',
      ofWorkload,
      () => handlers['workload.import']({ path: workloadFile, options: { dimensions: {} } }),
    ],
    ['project', ofProject, () => handlers['project.open']({ path: projectFile })],
  ] as const
  for (const [name, parsing, request] of requests) {
    expect(await request(), name).toMatchObject({ ok: false })
    expect(await leastOf(3, () => longestDelay(request)), name).toBeLessThan(parsing / 3)
  }
})
