import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const BYTES = 32

/** A key that was given out. */
export interface Key {
  readonly key: string
  /** Resolves when it opens nothing any more: it was redeemed, or it expired. */
  readonly spent: Promise<void>
}

/**
 * Who may talk to the web host: a page of ours that was given a key once, and knows the secret that it was exchanged
 * for. Pages keep it where only pages of their own address can read it. A cookie would not do: browsers send it to
 * every port of this machine, and so to whoever listens there.
 */
export class Access {
  private readonly secret = newSecret()
  private readonly keys = new Map<string, () => void>()

  constructor(private readonly port: () => number) {}

  /** A key that works once, and not past `expiresInMs`. */
  issue(expiresInMs?: number): Key {
    const key = newSecret()
    const spent = new Promise<void>((resolve) => {
      const spend = (): void => {
        this.keys.delete(digest(key))
        clearTimeout(expiry)
        resolve()
      }
      const expiry = expiresInMs === undefined ? undefined : setTimeout(spend, expiresInMs)
      expiry?.unref()
      this.keys.set(digest(key), spend)
    })
    return { key, spent }
  }

  /** The secret for the first to bring a key, undefined for anyone else. */
  redeem(key: string): string | undefined {
    const spend = this.keys.get(digest(key))
    spend?.()
    return spend === undefined ? undefined : this.secret
  }

  knows(secret: string): boolean {
    return timingSafeEqual(Buffer.from(digest(secret)), Buffer.from(digest(this.secret)))
  }

  /** Of a request that carries the secret in its head. */
  hasSecret({ headers }: IncomingMessage): boolean {
    const [, secret] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
    return secret !== undefined && this.knows(secret)
  }

  /**
   * Guards against DNS rebinding: the request must name the loopback interface and our port. Not by `localhost`, which
   * may be somebody else's on the same port of IPv6.
   */
  hostAllowed({ headers }: IncomingMessage): boolean {
    return headers.host === this.name
  }

  /** Plain navigations carry no Origin; WebSockets and what changes anything always must. */
  originAllowed({ headers: { origin } }: IncomingMessage, required: boolean): boolean {
    return origin === undefined ? !required : origin === `http://${this.name}`
  }

  private get name(): string {
    return `127.0.0.1:${this.port()}`
  }
}

const newSecret = (): string => randomBytes(BYTES).toString('base64url')

/** Compared and looked up by digest, so that time tells nothing of the text. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
