import { IPC_CALL } from '../../contract/bridge'
import { err, type Result } from '../../core/support/result'
import { dispatch } from '../handlers/dispatch'
import type { Handlers } from '../handlers/handlers'

/** The part of Electron's `ipcMain` that is used. */
export interface IpcLike {
  handle(channel: string, listener: (event: IpcEventLike, ...args: unknown[]) => Promise<unknown>): void
}

/** The part of an invoke event that is used. */
export interface IpcEventLike {
  readonly sender: { readonly id: number }
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null
}

/** The window's own address; nothing else may call. */
export const WINDOW_ORIGIN = 'app://piste'

/** Routes all messages of all windows to their sessions; anyone but our own page in its top frame is refused. */
export function registerIpc(
  ipc: IpcLike,
  handlersOf: (senderId: number) => Handlers | undefined,
  onBug: (error: unknown) => void,
): void {
  ipc.handle(IPC_CALL, async (event, channel, args): Promise<Result<unknown>> => {
    const frame = event.senderFrame
    const ours = frame !== null && frame.parent === null && frame.url.startsWith(`${WINDOW_ORIGIN}/`)
    const handlers = ours ? handlersOf(event.sender.id) : undefined
    if (handlers === undefined) {
      return err([
        {
          code: 'forbidden',
          path: '',
          message: 'This page may not use Piste',
          hint: 'open the window again',
        },
      ])
    }
    return dispatch(handlers, channel, args, onBug)
  })
}
