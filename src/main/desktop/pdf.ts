import { readFile, writeFile } from 'node:fs/promises'
import { err, ok } from '../../core/support/result'
import type { PdfPrinter } from '../../files/write-report'
import type { PrintPages } from './print-pages'

/** A window that is never shown, as far as printing needs it. */
export interface PrintWindow {
  load(url: string): Promise<void>
  print(): Promise<Buffer>
  close(): void
}

/** Prints through a hidden window of our own; static SVG needs no waiting for. */
export function electronPdfPrinter(openWindow: () => PrintWindow, pages: PrintPages): PdfPrinter {
  return async (html, pdf) => {
    const window = openWindow()
    try {
      const printed = await pages.withPage(await readFile(html, 'utf8'), async (url) => {
        await window.load(url)
        return window.print()
      })
      await writeFile(pdf, printed)
      return ok(true)
    } catch (error) {
      return err(error instanceof Error ? error.message : 'printing failed')
    } finally {
      window.close()
    }
  }
}
