import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may talk to the web host: a browser that was given the token once and has carried its cookie since, asking the
 * loopback name that we listen on, from a page that we served.
 */
export class Access {
  readonly token = randomBytes(32).toString('base64url')
  private readonly session = randomBytes(32).toString('base64url')
  private redeemed = false

  constructor(private readonly port: () => number) {}

  /** Guards against DNS rebinding: the request must name the loopback interface and our port. */
  hostAllowed(request: IncomingMessage): boolean {
    return this.names.includes(request.headers.host ?? '')
  }

  /** A page from elsewhere must not use our cookie. Plain navigations carry no Origin; WebSockets always must. */
  originAllowed(request: IncomingMessage, required: boolean): boolean {
    const { origin } = request.headers
    if (origin === undefined) return !required
    return this.names.some((name) => origin === `http://${name}`)
  }

  hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim().split('='))
    return cookies.some(([name, value]) => name === this.cookieName && equal(value ?? '', this.session))
  }

  /** The cookie for the first to bring the token, undefined for anyone else: it works once. */
  redeem(token: string): string | undefined {
    if (this.redeemed || !equal(token, this.token)) return undefined
    this.redeemed = true
    return `${this.cookieName}=${this.session}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** Browsers keep cookies by host and not by port: two Pistes must not take each other's place. */
  private get cookieName(): string {
    return `piste-session-${this.port()}`
  }

  private get names(): readonly string[] {
    return [`127.0.0.1:${this.port()}`, `localhost:${this.port()}`]
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
