import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { err, ok } from '../../core/support/result'
import type { PdfPrinter } from '../../files/write-report'

/** A window that is never shown, as far as printing needs it. */
export interface PrintWindow {
  load(url: string): Promise<void>
  print(): Promise<Buffer>
  close(): void
}

/** Prints through a hidden window of our own; static SVG needs no waiting for. */
export function electronPdfPrinter(openWindow: () => PrintWindow): PdfPrinter {
  return async (html, pdf) => {
    const window = openWindow()
    try {
      await window.load(pathToFileURL(html).href)
      await writeFile(pdf, await window.print())
      return ok(true)
    } catch (error) {
      return err(error instanceof Error ? error.message : 'printing failed')
    } finally {
      window.close()
    }
  }
}
