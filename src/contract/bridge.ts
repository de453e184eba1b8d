/** What the desktop's preload script puts into the window: messages and events, nothing else of Electron. */
export interface PisteBridge {
  call(channel: string, args: unknown): Promise<unknown>
  on(event: string, listener: (payload: unknown) => void): () => void
}

/** The one IPC channel that all messages go through, and the one that events come back on. */
export const IPC_CALL = 'piste:call'
export const IPC_EVENT = 'piste:event'
