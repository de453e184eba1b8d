import { KEY_NAME, SESSION_PATH } from '../../contract/socket'

const STORED = 'piste.secret'

/**
 * What lets this page in: the secret that the key in the page's address was exchanged for. It is kept in the storage of
 * this very address, port and all, for windows that are opened or loaded anew; nothing else on the machine reads that.
 */
export class Admission {
  private fetched: Promise<string | null> | undefined

  /** The secret as it is known now; null where this page was never let in. */
  async secret(): Promise<string | null> {
    this.fetched ??= this.redeem()
    // Another window may have been let in meanwhile, by a host that was started anew.
    return stored() ?? (await this.fetched)
  }

  /** Whether the host, which answers, knows the secret. */
  async isRefused(secret: string): Promise<boolean> {
    try {
      const { status } = await fetch(SESSION_PATH, { headers: authorization(secret) })
      return status === 403
    } catch {
      return false
    }
  }

  /** Exchanges the key in the address, which then stands there no more. */
  private async redeem(): Promise<string | null> {
    const key = new URLSearchParams(location.hash.slice(1)).get(KEY_NAME)
    if (key === null) return null
    history.replaceState(history.state, '', location.pathname)
    try {
      const reply = await fetch(SESSION_PATH, { method: 'POST', body: key })
      if (!reply.ok) return null
      const secret = await reply.text()
      keep(secret)
      return secret
    } catch {
      return null
    }
  }
}

export const authorization = (secret: string): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
})

/** An address with a key, typed where a page of ours is open already, loads no page by itself. */
export function reloadOnNewKey(): void {
  window.addEventListener('hashchange', () => {
    if (new URLSearchParams(location.hash.slice(1)).has(KEY_NAME)) location.reload()
  })
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}

function keep(secret: string): void {
  try {
    localStorage.setItem(STORED, secret)
  } catch {
    // Without storage the secret lives as long as the page.
  }
}
