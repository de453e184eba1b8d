import { Worker } from 'node:worker_threads'

/**
 * Ends threads while they load a worker's file, and prints how many. Where loading an ES module and being ended at the
 * same time takes the process along, this one aborts.
 */
const [file, count] = [process.argv[2], Number(process.argv[3])]
const AT_ONCE = 4
const LATEST_MS = 30
const code = `require('node:worker_threads').parentPort.postMessage('here'); require(${JSON.stringify(file)})`
let ended = 0
const lane = async () => {
  while (ended < count) {
    const ms = (ended++ * 7) % LATEST_MS
    const worker = new Worker(code, {
      eval: true,
      workerData: { cancelled: new Int32Array(new SharedArrayBuffer(4)) },
    })
    worker.on('error', () => undefined)
    await new Promise((resolve) => worker.once('message', resolve))
    await new Promise((resolve) => setTimeout(resolve, ms))
    await worker.terminate()
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, lane))
process.stdout.write(`${ended} terminated\n`)
