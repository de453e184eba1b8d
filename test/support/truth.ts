import type { Factors } from '../../src/core/model/pieces'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { buildWorkload } from '../../src/core/workload/build-workload'
import type { Workload } from '../../src/core/workload/einsum'

export type Point = readonly [bufferBytes: number, trafficBytes: number]

export interface Truth {
  readonly name: string
  readonly workload: Workload
  readonly factors: Factors
  readonly points: readonly Point[]
}

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'truth')

/** The points of a reference curve. */
export function curveNamed(folder: string, name: string): readonly Point[] {
  const lines = readFileSync(join(FOLDER, folder, `${name}.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  return lines.map((line) => {
    const [buffer, traffic] = line.split(',').map(Number)
    return [buffer!, traffic!]
  })
}

/** Every reference curve of a folder, with the workload that its name says. */
export function truths(folder: 'single' | 'retention'): readonly Truth[] {
  return readdirSync(join(FOLDER, folder)).map((file) => {
    const name = file.replace('.csv', '')
    return {
      name,
      workload: workloadNamed(name),
      factors: name.endsWith('imperfect') ? 'imperfect' : 'perfect',
      points: curveNamed(folder, name),
    }
  })
}

function workloadNamed(name: string): Workload {
  const size = (letter: string): number =>
    Number(new RegExp(`(?:^|_|\\d)${letter}(\\d+)`).exec(name)?.[1] ?? 1)
  const [kind, ...numbers] = name.split('_')
  if (kind === 'gemm') {
    const [M, K, N] = numbers.map(Number)
    return workloadOf('Z[m,n] = A[m,k] * B[k,n]', { M: M!, K: K!, N: N! })
  }
  if (kind === 'conv') {
    const [stride, dilation] = ['stride', 'dilation'].map((word) =>
      Number(new RegExp(`${word}(\\d+)`).exec(name)?.[1] ?? 1),
    )
    const rows = `H: ${stride}*p + ${dilation}*r, W: ${stride}*q + ${dilation}*s`
    const sizes = Object.fromEntries(
      ['R', 'S', 'P', 'Q', 'C', 'M'].map((rank) => [rank, size(rank.toLowerCase())]),
    )
    return workloadOf(`O[m,p,q] = I[c, ${rows}] * F[m,c,r,s]`, sizes)
  }
  const sizes = Object.fromEntries(
    ['H', 'G', 'X', 'M', 'K', 'N'].map((rank) => [rank, size(rank.toLowerCase())]),
  )
  const einsum = {
    bmm: 'Z[h,m,n] = A[h,m,k] * B[h,k,n]',
    mqa: 'Z[h,m,n] = A[h,m,k] * B[k,n]',
    gqa: 'Z[g,x,m,n] = A[g,x,m,k] * B[g,k,n]',
  }[kind!]!
  return workloadOf(einsum, sizes)
}

/** A workload of one Einsum of 1-byte values. */
export function workloadOf(einsum: string, rank_sizes: Readonly<Record<string, number>>, bits = 8): Workload {
  const workload = buildWorkload({ rank_sizes, bits_per_value: { All: bits }, einsums: [einsum] })
  if (!workload.ok) throw new Error(`${einsum}: ${JSON.stringify(workload.error)}`)
  return workload.value
}
