import type { PisteBridge } from '../../contract/bridge'
import type { EngineClient } from '../../contract/engine-client'
import { desktopClient } from './desktop-client'
import { webClient } from './web-client'

declare global {
  interface Window {
    readonly piste?: PisteBridge
  }
}

/** The host that this window was opened by. */
export function createClient(): EngineClient {
  if (window.piste) return desktopClient(window.piste)
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return webClient(`${scheme}://${location.host}/messages?window=${crypto.randomUUID()}`)
}
