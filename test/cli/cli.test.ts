import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { printLibraryEntry } from '../../src/contract/library-file'
import { parseProject, printProject } from '../../src/contract/parse-project'
import { Library } from '../../src/files/library'
import { onnxModel } from '../support/onnx-model'
import { aProject } from '../support/project'
import { curveNamed, truths } from '../support/truth'

vi.setConfig({ testTimeout: 60_000 })

const PISTE = join(import.meta.dirname, '..', '..', 'bin', 'piste.mjs')
const folder = mkdtempSync(join(tmpdir(), 'piste-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const piste = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { ...process.env, PISTE_DATA: join(folder, 'data') }
    execFile(process.execPath, [PISTE, ...args], { maxBuffer: 2 ** 26, env }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })

const GEMM = ['--expr', 'Z[m,n] = A[m,k] * B[k,n]', '--rank', 'm=96', '--rank', 'k=60', '--rank', 'n=36']

describe('floors', () => {
  interface Points {
    points: {
      buffer_bytes: number
      backing_store_bytes: number
      floor_bytes: number
      floor_validity: string
    }[]
    floors: { from_buffer_bytes: number; validity: string }[]
  }
  const run = async (...args: string[]) =>
    JSON.parse((await piste(...args, '--format', 'json')).stdout) as Points

  it('bound prints a floor with every point, and for which schedules it holds', async () => {
    const { points, floors } = await run('bound', ...GEMM)
    expect(points.every((point) => point.floor_bytes <= point.backing_store_bytes)).toBe(true)
    expect(points[0]!.floor_bytes).toBeGreaterThan(points.at(-1)!.floor_bytes)
    expect(points.at(-1)!.floor_bytes).toBe(96 * 60 + 60 * 36 + 96 * 36)
    expect(floors.map(({ validity }) => validity)).toEqual([
      'any order, any tiling',
      'any order, any tiling; only the compulsory traffic is known',
    ])
    expect(floors[0]!.from_buffer_bytes).toBe(points[0]!.buffer_bytes)
    const text = (await piste('bound', ...GEMM)).stdout
    expect(text).toMatch(/floor \[B\] +over floor/)
    expect(text).toMatch(/no schedule moves less.*\n {2}from 3 B on: any order, any tiling\n/)
  })

  it('fuse assumes that intermediates are computed once, unless they may be computed again', async () => {
    const once = await run('fuse', 'chain-1k')
    const again = await run('fuse', 'chain-1k', '--recompute', 'any')
    expect(once.floors[0]!.validity).toBe('any order, any tiling, each intermediate computed once')
    expect(again.floors.some(({ validity }) => validity.includes('once'))).toBe(false)
    for (const { points } of [once, again])
      expect(points.every((point) => point.floor_bytes <= point.backing_store_bytes)).toBe(true)
    const unfused = await run('bound', 'chain-1k')
    expect(unfused.floors[0]!.validity).toBe(
      'each Einsum by itself, intermediates written and read back; any order, any tiling',
    )
  })
})

describe('piste mesa', () => {
  it('takes technologies and architectures from files and from the user’s library', async () => {
    const { architecture } = await aProject()
    const technology = { ...architecture.technology, name: 'Ours', areaUm2PerByte: 0.5 }
    const handed = join(folder, 'ours.yaml')
    writeFileSync(handed, printLibraryEntry({ kind: 'technology', entry: technology }))
    await new Library(join(folder, 'data')).save({
      kind: 'architecture',
      entry: { ...architecture, name: 'Chip', die: 100, technology },
    })
    const inputs = async (...args: string[]) => {
      const { stdout, stderr } = await piste('mesa', ...GEMM, ...args, '--format', 'json')
      expect(stderr).toBe('')
      return (JSON.parse(stdout) as { inputs: { architecture: unknown } }).inputs.architecture
    }
    expect(await inputs('--technology', handed)).toMatchObject({ die: architecture.die, technology })
    expect(await inputs('--arch', 'own-chip', '--clock', '2GHz')).toMatchObject({
      name: 'Chip',
      die: 100,
      clock: 2e9,
      technology,
    })
  })
})

describe('piste bound', () => {
  it('prints exactly one header line and the points as CSV', async () => {
    const { status, stdout, stderr } = await piste('bound', ...GEMM, '--mapspace', 'paper', '--format', 'csv')
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect({ status, stderr, header }).toEqual({
      status: 0,
      stderr: '',
      header: 'buffer_bytes,backing_store_bytes,oi_macs_per_byte,floor_bytes',
    })
    const truth = truths('single').find(({ name }) => name === 'gemm_96_60_36')!
    expect(lines.map((line) => line.split(',').slice(0, 2).map(Number))).toEqual(truth.points)
  })

  it('prints large integers in full', async () => {
    const { stdout } = await piste('bound', 'gpt3-6.7b', '--format', 'csv')
    expect(stdout.split('\n')[1]).toMatch(/^6,28594281644032,0\.2499\d*,\d+$/)
  })

  it('prints one JSON object with units, inputs, points and time', async () => {
    const { stdout } = await piste('bound', ...GEMM, '--bits', 'A=16,Z=32', '--format', 'json', '--mappings')
    const result = JSON.parse(stdout) as Record<string, unknown> & {
      points: { mapping: string }[]
      inputs: { einsums: unknown[] }
    }
    expect(result['units']).toEqual({
      buffer_bytes: 'B',
      backing_store_bytes: 'B',
      oi_macs_per_byte: 'MAC/B',
      floor_bytes: 'B',
    })
    expect(result.inputs.einsums[0]).toMatchObject({
      rank_sizes: { m: 96, k: 60, n: 36 },
      bits_per_value: { A: 16, B: 8, Z: 32 },
    })
    expect(result.points.at(-1)!.mapping).toContain('[B]')
    expect(result['elapsed_ms']).toBeGreaterThan(0)
    expect(result['mappings_evaluated']).toBeGreaterThan(0)
  })

  it('takes one Einsum of a workload, and a workload file', async () => {
    const one = await piste('bound', 'gpt3-6.7b', '--einsum', 'fc1', '--format', 'json')
    expect(JSON.parse(one.stdout)).toMatchObject({ macs: 32768 * 4096 * 16384 })
    const file = join(folder, 'own.yaml')
    writeFileSync(file, 'workload: {rank_sizes: {M: 2, K: 3, N: 4}, einsums: ["Z[m,n] = A[m,k] * B[k,n]"]}')
    expect((await piste('bound', file, '--format', 'csv')).stdout).toContain('\n9,26,')
  })
})

describe('piste mesa', () => {
  it("gives the paper's best share, exactly", async () => {
    const { stdout } = await piste('mesa', 'gpt3-6.7b', '--mapspace', 'paper', '--format', 'json')
    const { best, points } = JSON.parse(stdout) as {
      best: Record<string, number>
      points: Record<string, number>[]
    }
    expect(best['buffer_bytes']).toBe(134258688)
    expect(best['buffer_share']).toBeCloseTo(0.822, 3)
    for (const point of points) expect(point['macs_per_s']).toBeLessThanOrEqual(best['macs_per_s']!)
  })

  it('takes areas, die, clock and bandwidth with units', async () => {
    const { stdout, status } = await piste(
      'mesa',
      ...GEMM,
      '--mac-area',
      '332.25',
      '--byte-area',
      '2.59',
      '--die',
      '100',
      '--io',
      '20%',
      '--clock',
      '1GHz',
      '--bandwidth',
      '100GB/s',
      '--format',
      'csv',
    )
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe(
      'buffer_share,buffer_bytes,macs,memory_bound_macs_per_s,compute_bound_macs_per_s,macs_per_s',
    )
  })
})

describe('piste report', () => {
  it('writes every format, from a workload', async () => {
    const out = join(folder, 'a report')
    const { status, stdout } = await piste('report', 'gpt3-6.7b', '-o', out)
    expect(status).toBe(0)
    expect(readdirSync(out).sort()).toEqual(
      expect.arrayContaining([
        'mesa.csv',
        'oi-mesa.svg',
        'performance-mesa.svg',
        'points.csv',
        'report.html',
        'report.json',
        'ski-slope.svg',
      ]),
    )
    expect(stdout).toContain('report.html')
    const html = readFileSync(join(out, 'report.html'), 'utf8')
    expect(html).toContain('give 62.9 % of the area to SRAM (98 MiB)')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  it('writes the same bytes from the same project', async () => {
    const project = join(folder, 'p.piste')
    writeFileSync(project, printProject(await aProject()))
    expect(parseProject(readFileSync(project, 'utf8'), project).ok).toBe(true)
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    for (const out of [one, two])
      expect((await piste('report', project, '-o', out, '--format', 'html,json,svg,csv')).status).toBe(0)
    for (const file of readdirSync(one))
      expect(readFileSync(join(one, file), 'utf8'), file).toBe(readFileSync(join(two, file), 'utf8'))
  })
})

describe('wrong input ends with status 2 and one line with a hint', () => {
  it.each([
    [['bound', 'no-such'], /no-such: There is no such preset or file; see piste presets/],
    [['bound'], /No workload was named/],
    [['bound', ...GEMM.slice(0, -2)], /--expr column \d+: Rank variable n has no size/],
    [['bound', ...GEMM.slice(0, -1), 'n=0'], /--rank n: A rank size must be at least 1 \(found 0\)/],
    [['bound', ...GEMM.slice(0, -1), 'n=1e9'], /too large to search/],
    [['bound', ...GEMM, '--rank', 'n'], /written name=size/],
    [['bound', ...GEMM, '--bits', 'x'], /--bits: Bit widths are not readable/],
    [['bound', ...GEMM, '--bits', 'A=0'], /--bits A: Bits per value/],
    [['bound', 'gpt3-6.7b', '--einsum', 'fc9'], /choose one of Q_proj/],
    [['bound', 'gpt3-6.7b', '--mapspace', 'huge'], /Allowed choices are full, paper/],
    [['mesa', 'gpt3-6.7b', '--technology', '1nm'], /give a file or one of 40nm-orojenesis/],
    [['mesa', 'gpt3-6.7b', '--arch', 'none'], /no such architecture.*give a file or one of/],
    [['mesa', 'gpt3-6.7b', '--arch', './none.yaml'], /none\.yaml.*no such file/i],
    [['mesa', 'gpt3-6.7b', '--die', '-5'], /--die|architecture.die|die/],
    [['mesa', 'gpt3-6.7b', '--die', '0.0000001'], /holds \d+ bytes of SRAM and the least mapping needs/],
    [['mesa', 'gpt3-6.7b', '--io', '1'], /I\/O share must be below 1/],
    [['mesa', 'gpt3-6.7b', '--clock', '3 MiB'], /--clock: The value has an unknown unit/],
    [['report', 'gpt3-6.7b', '-o', '/dev/null/x'], /a part of the path is a file/i],
    [['report', 'gpt3-6.7b', '-o', '/tmp/x', '--format', 'docx'], /choose from html, pdf/],
    [['fly'], /unknown command/],
  ] as const)('%j', async (args, message) => {
    const { status, stdout, stderr } = await piste(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })
})

it('an interrupted search ends with status 130 and leaves nothing half-written', async () => {
  const out = join(folder, 'interrupted')
  const child = spawn(
    process.execPath,
    [PISTE, 'report', 'resnet-50', '--mapspace', 'paper', '--factors', 'imperfect', '-o', out],
    { stdio: 'ignore' },
  )
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGINT')
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
  expect(existsSync(join(out, 'report.html'))).toBe(false)
})

it('piste presets lists what ships', async () => {
  for (const kind of ['workloads', 'technologies', 'chips', 'architectures']) {
    const { status, stdout } = await piste('presets', kind, '--format', 'csv')
    expect(status).toBe(0)
    expect(stdout.trim().split('\n').length).toBeGreaterThan(2)
  }
})

describe('piste fuse', () => {
  it('prints points with their segmentation, equal to the reference', async () => {
    const { status, stdout } = await piste(
      'fuse',
      'ffn-32k-4k-16k',
      '--strategy',
      'tiled',
      '--mapspace',
      'paper',
      '--format',
      'csv',
    )
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect({ status, header }).toEqual({
      status: 0,
      header: 'buffer_bytes,backing_store_bytes,oi_macs_per_byte,segmentation,floor_bytes',
    })
    expect(lines.map((line) => line.split(',').slice(0, 2).map(Number))).toEqual(
      curveNamed('fused', 'ffn_tiled'),
    )
    expect(lines[0]!.split(',')[3]).toBe('fc1+fc2')
  })

  it('takes a part of a cascade, an execution, and the choice at a merge', async () => {
    const part = await piste(
      'fuse',
      'gpt3-6.7b',
      '--einsums',
      'QK,QKV',
      '--strategy',
      'flat',
      '--mapspace',
      'paper',
      '--format',
      'csv',
    )
    expect(
      part.stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).map(Number)),
    ).toEqual(curveNamed('fused', 'mha_flat'))
    const json = await piste(
      'fuse',
      'gpt3-6.7b',
      '--along',
      'QK=K_proj',
      '--mapspace',
      'paper',
      '--execution',
      'pipelined',
      '--format',
      'json',
      '--mappings',
    )
    const { inputs, chains, points, units } = JSON.parse(json.stdout) as Record<string, never>
    expect({ inputs, chains, units }).toMatchObject({
      inputs: { strategy: 'segmented', execution: 'pipelined', along: { QK: 'K_proj' } },
      chains: [
        ['K_proj', 'QK'],
        ['QKV', 'final', 'fc1', 'fc2'],
      ],
      units: { buffer_bytes: 'B' },
    })
    expect((points as unknown as { mapping: string }[]).at(-1)!.mapping).toMatch(
      /K_proj\+QK: .*rows:\d+x\d+ \{ \[K\] /,
    )
  })

  it('searches every loop tree by default, and tells the tree of a point', async () => {
    const { stdout } = await piste('fuse', 'chain-1k', '--format', 'csv', '--mappings')
    const [header, ...rows] = stdout.trimEnd().split('\n')
    expect(header).toBe('buffer_bytes,backing_store_bytes,oi_macs_per_byte,segmentation,floor_bytes,mapping')
    expect(rows.at(-1)).toMatch(/,first\+second,.*\{ .*\[/)
    const refused = await piste('fuse', 'chain-1k', '--strategy', 'tiled')
    expect(refused.stderr).toMatch(/strategy of the paper's mapspace.*--mapspace paper/)
    const pipelined = await piste('fuse', 'chain-1k', '--execution', 'pipelined')
    expect(pipelined).toMatchObject({ status: 2, stdout: '' })
  })

  it('says that nothing can be fused', async () => {
    const { status, stdout } = await piste('fuse', 'gemm-4k')
    expect(status).toBe(0)
    expect(stdout).toContain('Nothing here can be fused')
  })

  it.each([
    [
      ['fuse', 'ffn-32k-4k-16k', '--mapspace', 'paper', '--strategy', 'flat'],
      /fc1 and fc2.*batch or head rank/,
    ],
    [['fuse', 'gpt3-6.7b', '--mapspace', 'paper', '--along', 'QK=fc1'], /choose one of Q_proj, K_proj/],
    [['fuse', 'gpt3-6.7b', '--along', 'QK'], /--along QK=Q_proj/],
    [['fuse', 'gpt3-6.7b', '--einsums', 'QK,nope'], /choose from Q_proj/],
    [['fuse', 'gpt3-6.7b', '--strategy', 'best'], /unfused, untiled, tiled/],
    [['mesa', 'ffn-32k-4k-16k', '--strategy', 'flashattention'], /fc1 and fc2/],
  ])('refuses %j with status 2 and the hint', async (args, hint) => {
    const { status, stdout, stderr } = await piste(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(hint)
  })

  it('prints sums above 2^53 bytes in all digits', async () => {
    const file = join(folder, 'deep.yaml')
    const einsums = Array.from({ length: 40 }, (_, i) => `X${i + 1}[m,k] = X${i}[m,j] * W${i}[j,k]`)
    const text = einsums.map(
      (einsum, i) =>
        `    - '${i % 2 === 0 ? einsum : einsum.replaceAll('k', 'q').replaceAll('j', 'k').replaceAll('q', 'j')}'`,
    )
    writeFileSync(
      file,
      `workload:\n  rank_sizes: { M: 65521, K: 65521, J: 65521 }\n  bits_per_value: { All: 8 }\n  einsums:\n${text.join('\n')}\n`,
    )
    const { stdout } = await piste(
      'fuse',
      file,
      '--strategy',
      'unfused',
      '--mapspace',
      'paper',
      '--format',
      'csv',
    )
    const n = 65521n
    // With single values both operands are fetched for every MAC; an output value stays until it is complete.
    expect(stdout.split('\n')[1]!.split(',')[1]).toBe(((2n * n ** 3n + n ** 2n) * 40n).toString())
  })
})

describe('strategies elsewhere', () => {
  it('mesa gives the best share of a fused block, exactly', async () => {
    const { stdout } = await piste(
      'mesa',
      'gpt3-6.7b',
      '--strategy',
      'segmented',
      '--mapspace',
      'paper',
      '--format',
      'json',
    )
    const { best } = JSON.parse(stdout) as { best: Record<string, number> }
    expect(best['buffer_bytes']).toBe(100818944)
    expect(best['buffer_share']).toBeCloseTo(0.617, 3)
  })

  it('an LLM layer takes its phase, batch and length', async () => {
    const { stdout } = await piste(
      'fuse',
      'llama3-8b',
      '--phase',
      'decode',
      '--batch',
      '4',
      '--length',
      '512',
      '--format',
      'json',
    )
    const { macs, inputs } = JSON.parse(stdout) as { macs: number; inputs: { rank_sizes: object } }
    expect(inputs.rank_sizes).toMatchObject({ B: 4, M: 1, P: 512 })
    const [d, kv, c] = [4096, 1024, 14336]
    expect(macs).toBe(4 * (2 * d * d + 2 * d * kv + 2 * 512 * d + 3 * d * c))
    expect(await piste('bound', 'gemm-4k', '--batch', '2')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--batch') as string,
    })
  })

  it('report compares strategies and writes the segmentation', async () => {
    const out = join(folder, 'fused-report')
    const { status } = await piste(
      'report',
      'gpt3-6.7b',
      '--strategy',
      'segmented',
      '-o',
      out,
      '--format',
      'html,csv,json,svg',
    )
    expect(status).toBe(0)
    expect(readdirSync(out)).toContain('fusion-reduction.svg')
    const html = readFileSync(join(out, 'report.html'), 'utf8')
    expect(html).toContain('GPT-3 6.7B (prefill, 16 x 2048 tokens), fused (segmented), on')
    // Each chart has its own clip paths; otherwise one would crop another.
    const clips = [...html.matchAll(/<clipPath id="([^"]+)"/g)].map(([, id]) => id)
    expect(clips.length).toBeGreaterThan(3)
    expect(new Set(clips).size).toBe(clips.length)
    expect(html).toContain('Q_proj+QK+QKV+final')
    const json = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
      strategies: { strategy: string }[]
    }
    expect(json.strategies.map(({ strategy }) => strategy)).toEqual([
      'unfused',
      'fused',
      'untiled',
      'tiled',
      'flat',
      'flashattention',
      'segmented',
    ])
  })

  it('report shows the pinned designs of a project', async () => {
    const project = await aProject('ffn-32k-4k-16k')
    const { workload, architecture, bufferShare, search } = project
    const fusion = { strategy: 'tiled', execution: 'sequential', along: {}, recompute: 'halo' } as const
    const fused = {
      id: 'd1',
      weight: 0,
      name: 'fused & wide',
      workload,
      architecture,
      bufferShare,
      search,
      fusion,
    }
    const file = join(folder, 'designs.piste')
    writeFileSync(file, printProject({ ...project, designs: [fused] }))
    const out = join(folder, 'designs-report')
    expect(await piste('report', file, '-o', out, '--format', 'html,json')).toMatchObject({ status: 0 })
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(
      /<h2 id="designs">Designs<\/h2>[^]*fused &amp; wide/,
    )
    const json = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
      designs: { name: string; macs_per_s: number }[]
      best: { macs_per_s: number }
    }
    expect(json.designs[0]!.name).toBe('fused & wide')
    expect(json.designs[0]!.macs_per_s).toBeGreaterThan(json.best.macs_per_s)
  })

  it('reproduce computes every covered figure of the paper', async () => {
    const out = join(folder, 'figures')
    const { status, stdout } = await piste('reproduce', '-o', out)
    expect(status).toBe(0)
    for (const number of [
      '1',
      '7',
      '8',
      '9',
      '10',
      '11',
      '12',
      '13',
      '14',
      '18a',
      '18b',
      '20',
      '21',
      '22',
      '23',
      '23-as-printed',
      '24a',
    ]) {
      expect(readFileSync(join(out, `fig-${number}.svg`), 'utf8')).toMatch(/^<svg[^]*<path/)
      expect(readFileSync(join(out, `fig-${number}.csv`), 'utf8').split('\n').length).toBeGreaterThan(5)
      expect(stdout).toContain(`Fig. ${number}: `)
    }
    expect(readFileSync(join(out, 'figures.md'), 'utf8')).toContain('3.67x below unfused')
  })
})

describe('imports and exports', () => {
  const fixture = join(import.meta.dirname, '..', 'fixtures', 'hugging-face', 'llama-3-8b.json')

  it('bounds a model’s config.json like the preset of the same model', async () => {
    const of = async (...args: string[]) => (await piste(...args, '--format', 'csv')).stdout
    expect(await of('bound', fixture)).toBe(await of('bound', 'llama3-8b'))
    expect(await of('bound', fixture, '--phase', 'decode', '--length', '4096')).not.toBe(
      await of('bound', fixture),
    )
  })

  it('writes workloads for other tools, and reads them back with the same bound', async () => {
    for (const [tool, file, ...more] of [
      ['accelforge', 'a.yaml'],
      ['piste', 'p.yaml'],
      ['timeloop', 't.yaml', '--einsum', 'fc1'],
    ] as const) {
      const { status, stdout } = await piste('export', 'gpt3-6.7b', '--to', tool, '--bits', '8', ...more)
      expect(status).toBe(0)
      writeFileSync(join(folder, file), stdout)
      const own = await piste('bound', join(folder, file), '--format', 'csv')
      expect(own.stdout).toBe(
        (await piste('bound', 'gpt3-6.7b', '--bits', '8', ...more, '--format', 'csv')).stdout,
      )
    }
    const several = await piste('export', 'gpt3-6.7b', '--to', 'timeloop')
    expect(several).toMatchObject({ status: 2 })
    expect(several.stderr).toMatch(/--einsum: .*choose one of Q_proj/)
  })

  it('names a dimension that a model leaves open, and the flag that gives it', async () => {
    const model = join(folder, 'open.onnx')
    writeFileSync(
      model,
      onnxModel({
        inputs: { x: ['N', 64] },
        weights: [{ name: 'w', shape: [64, 32], empty: true }],
        nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      }),
    )
    const asked = await piste('bound', model)
    expect(asked).toMatchObject({ status: 2 })
    expect(asked.stderr).toMatch(/N: .*--dimension N=SIZE/)
    const given = await piste('bound', model, '--dimension', 'N=16', '--format', 'json')
    expect(JSON.parse(given.stdout)).toMatchObject({ inputs: {} })
    expect((await piste('bound', model, '--dimension', 'N')).stderr).toMatch(/name=size/)
  })

  it('lists what is not modelled, at import and in the report', async () => {
    const model = join(folder, 'odd.onnx')
    writeFileSync(
      model,
      onnxModel({
        inputs: { x: [16, 64] },
        weights: [{ name: 'w', shape: [64, 32], empty: true }],
        nodes: [
          { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
          { op: 'NonZero', inputs: ['y'], outputs: ['z'] },
        ],
      }),
    )
    const said = /Not modelled: 1 NonZero.*no Einsum is known/
    const { status, stdout, stderr } = await piste('bound', model, '--format', 'csv')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^buffer_bytes,/)
    expect(stderr).toMatch(said)
    const out = join(folder, 'odd')
    await piste('report', model, '-o', out, '--format', 'html')
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(said)
  })
})
