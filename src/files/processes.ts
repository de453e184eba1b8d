import { createHash } from 'node:crypto'
import { hostname, uptime } from 'node:os'

/** Whether a process of that number runs on this machine; signal 0 asks and does nothing. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether the process that left a file, last changed at `changedAt` (ms), has ended. A number means nothing past the
 * machine's start: then it is somebody else's.
 */
export const hasEnded = (pid: number, changedAt: number): boolean =>
  changedAt <= Date.now() - uptime() * 1000 || !isRunning(pid)

/** Tells this machine's processes from those of another that sees the same folder. */
export const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
