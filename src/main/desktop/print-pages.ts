import { randomUUID } from 'node:crypto'

const HOST = 'print'

/** A report has styles and pictures of its own, and nothing else: no script, nothing fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** Pages on their way to a printer, each under an address of ours that is good for as long as it prints. */
export class PrintPages {
  private readonly pages = new Map<string, string>()

  async withPage<T>(html: string, use: (url: string) => Promise<T>): Promise<T> {
    const path = `/${randomUUID()}`
    this.pages.set(path, html)
    try {
      return await use(`app://${HOST}${path}`)
    } finally {
      this.pages.delete(path)
    }
  }

  /** The only answer that the session of the print window has for any address. */
  serve(request: Request): Response {
    const url = new URL(request.url)
    const page = url.host === HOST ? this.pages.get(url.pathname) : undefined
    if (page === undefined) return new Response('not here', { status: 404 })
    return new Response(page, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      },
    })
  }
}
