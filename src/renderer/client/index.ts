import type { PisteBridge } from '../../contract/bridge'
import type { EngineClient } from '../../contract/engine-client'
import { SOCKET_PATH } from '../../contract/socket'
import { Admission, reloadOnNewKey } from './admission'
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
  reloadOnNewKey()
  return webClient(`${scheme}://${location.host}${SOCKET_PATH}`, new Admission())
}
