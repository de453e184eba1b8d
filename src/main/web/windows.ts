import { DroppedFiles } from '../../files/dropped-files'

/** A page whose connection breaks, or that is loaded anew, is gone for a moment; a closed one for good. */
const GONE_AFTER_MS = 5000

interface Window {
  connected: boolean
  readonly dropped: DroppedFiles
  farewell?: NodeJS.Timeout | undefined
}

/** The windows of the web host by what they call themselves, each with what it dropped. A name has one connection. */
export class Windows {
  private readonly known = new Map<string, Window>()
  private desertion: NodeJS.Timeout | undefined

  constructor(
    private readonly scratchFolder: string,
    private readonly onDeserted: (() => void) | undefined,
  ) {}

  isConnected(id: string): boolean {
    return this.known.get(id)?.connected === true
  }

  connect(id: string): void {
    const window = this.known.get(id) ?? { connected: true, dropped: new DroppedFiles(this.scratchFolder) }
    this.known.set(id, window)
    window.connected = true
    clearTimeout(window.farewell)
    clearTimeout(this.desertion)
  }

  disconnect(id: string): void {
    const window = this.known.get(id)
    if (window === undefined) return
    window.connected = false
    window.farewell = setTimeout(() => {
      this.known.delete(id)
      void window.dropped.clear()
    }, GONE_AFTER_MS).unref()
    if (this.onDeserted && ![...this.known.values()].some(({ connected }) => connected))
      this.desertion = setTimeout(this.onDeserted, GONE_AFTER_MS)
  }

  /** Where a connected window's files go. */
  droppedOf(id: string | undefined): DroppedFiles | undefined {
    const window = id === undefined ? undefined : this.known.get(id)
    return window?.connected === true ? window.dropped : undefined
  }

  async close(): Promise<void> {
    clearTimeout(this.desertion)
    const windows = [...this.known.values()]
    this.known.clear()
    for (const { farewell } of windows) clearTimeout(farewell)
    await Promise.all(windows.map(({ dropped }) => dropped.clear()))
  }
}
