import { serveJobs } from '../workers/serve-jobs'
import { READINGS, type ReadingJob } from './readings'

/** Reads inputs in a worker thread. */
serveJobs(async ({ kind, args }: ReadingJob) => {
  // The reader has checked that the arguments are those of the kind; the compiler cannot follow the index.
  const read = READINGS[kind] as (...args: readonly unknown[]) => unknown
  return { value: await read(...args), transfer: [] }
})
