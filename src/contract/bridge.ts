import type { Channel, EventName } from './messages'

/** What the desktop's preload script gives to the window: messages and events, nothing else of Electron. */
export interface PisteBridge {
  call(channel: string, args: unknown): Promise<unknown>
  on(event: string, listener: (payload: unknown) => void): () => void
  /** Path of a file that was dropped on the window; empty if it is no file on disk. */
  pathOf(file: File): string
}

/** The one IPC channel for all messages, and the one for events. */
export const IPC_CALL = 'piste:call'
export const IPC_EVENT = 'piste:event'

/**
 * Names of all messages and events, written out so that the preload script needs no schemas. A test compares them
 * with the contract.
 */
export const CHANNEL_NAMES = [
  'app.info',
  'presets.read',
  'search.start',
  'search.cancel',
  'tradeoff.map',
  'tradeoff.split',
  'dialog.chooseFile',
  'files.list',
  'project.open',
  'project.save',
  'library.save',
  'library.remove',
  'library.take',
  'workload.import',
  'recent.list',
  'autosave.write',
  'autosave.clear',
  'recovery.read',
  'report.preview',
  'report.export',
] as const satisfies readonly Channel[]
export const EVENT_NAMES = [
  'search.first',
  'search.progress',
  'tradeoff.rows',
  'tradeoff.cells',
  'pool.workerLost',
  'menu.command',
] as const satisfies readonly EventName[]
