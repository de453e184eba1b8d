import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWorkloadText } from '../../../src/contract/workload-file'
import { cascadeProblem, type CascadeProblem } from '../../../src/core/mappers/loop-trees/problem'
import type { Einsum } from '../../../src/core/workload/einsum'

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'truth', 'fused_general')

export interface Curve {
  readonly name: string
  readonly einsums: readonly Einsum[]
  readonly problem: CascadeProblem
  readonly factors: 'perfect' | 'imperfect'
  readonly recompute: 'halo' | 'any'
  readonly points: readonly (readonly [bytes: number, traffic: number])[]
}

/** The reference curves whose names satisfy the test, in bytes. */
export function curves(include: (name: string) => boolean): Curve[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.csv') && include(file.replace('.csv', '')))
    .map((file) => {
      const name = file.replace('.csv', '')
      const einsums = cascadeNamed(name.split('__')[0]!)
      const lines = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n').slice(1)
      return {
        name,
        einsums,
        problem: cascadeProblem(einsums),
        factors: name.endsWith('__imperfect') ? 'imperfect' : 'perfect',
        recompute: name.endsWith('__recompute') ? 'any' : 'halo',
        points: lines.map((line) => line.split(',').map(Number) as [number, number]),
      }
    })
}

function cascadeNamed(name: string): readonly Einsum[] {
  const parsed = parseWorkloadText(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'))
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join())
  return parsed.value.einsums
}

/** Points in bytes, as the files have them. */
export const inBytes = (
  problem: CascadeProblem,
  points: readonly { readonly peak: number; readonly traffic: number }[],
): [number, number][] =>
  points.map(({ peak, traffic }) => [(peak * problem.unitBits) / 8, (traffic * problem.unitBits) / 8])
