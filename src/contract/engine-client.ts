import type { Result } from '../core/support/result'
import type { Args, Channel, EventName, EventPayload, Returns } from './messages'

/** The window's view of its host; the desktop and the web client implement it. */
export interface EngineClient {
  call<C extends Channel>(channel: C, args: Args<C>): Promise<Result<Returns<C>>>
  /** Where the host finds a file that was dropped on the window; a temporary copy if it cannot see the file itself. */
  pathOf(file: File): Promise<Result<{ readonly path: string; readonly scratch: boolean }>>
  /** Returns a function that stops listening. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void
}
