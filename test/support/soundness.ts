import { expect } from 'vitest'

/** No input may take longer: it is read, or refused. */
const LONGEST_MS = 2000

/** Does work, and holds it to the bound: in time of the processor, since other work may share the machine. */
export function inTime<T>(work: () => T): T {
  const before = process.cpuUsage()
  const check = () => {
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(LONGEST_MS)
  }
  const done = work()
  if (done instanceof Promise) return done.finally(check) as T
  check()
  return done
}

/** Whether no number anywhere in a value is infinite or none. */
export function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<number>)].every(Number.isFinite)
  if (value instanceof Map) return [...value].every(isSound)
  if (Array.isArray(value)) return value.every(isSound)
  return typeof value !== 'object' || value === null || Object.values(value).every(isSound)
}
