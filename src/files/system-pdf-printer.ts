import { err, ok } from '../core/support/result'
import { findChromium, printToPdf } from './chromium'
import type { PdfPrinter } from './write-report'

/** Prints with an installed Chromium; without one, or where it fails, says so. */
export const systemPdfPrinter: PdfPrinter = async (html, pdf) => {
  const browser = findChromium()
  if (browser === undefined) return err('no Chromium-family browser is installed; print report.html instead')
  try {
    await printToPdf(browser, html, pdf)
    return ok(true)
  } catch (error) {
    return err(
      `${browser} did not print it (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})`,
    )
  }
}
