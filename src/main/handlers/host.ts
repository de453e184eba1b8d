import type { EventName, EventPayload, FilePurpose, Returns } from '../../contract/messages'
import type { Autosaves } from '../../files/autosaves'
import type { ProjectStore } from '../../files/project-store'
import type { Presets } from '../../files/presets'
import type { Reader } from '../../files/reader'
import type { PdfPrinter } from '../../files/write-report'
import type { Explorer } from '../../workers/explorer'

/** The system's file dialogs, as far as handlers need them; the web host has none. */
export interface DialogLike {
  chooseFile(purpose: FilePurpose, suggestion: string): Promise<string | null>
}

/** Tells the window something unasked. */
export type Emit = <E extends EventName>(event: E, payload: EventPayload<E>) => void

/** All that handlers need of the machine around them; Electron and the web host each supply one. */
export interface Host {
  readonly info: Returns<'app.info'>
  readonly explorer: Explorer
  /** Reads what may be large. */
  readonly reader: Pick<Reader, 'import'>
  readonly store: ProjectStore
  readonly autosaves: Autosaves
  readonly presets: () => Promise<Presets>
  readonly dialogs: DialogLike | null
  readonly printPdf: PdfPrinter
  readonly emit: Emit
}
