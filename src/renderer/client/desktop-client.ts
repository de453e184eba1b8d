import type { EngineClient } from '../../contract/engine-client'
import type { PisteBridge } from '../../contract/bridge'

/** The client of the desktop shell: straight through the preload bridge. */
export function desktopClient(bridge: PisteBridge): EngineClient {
  return {
    call: (channel, args) => bridge.call(channel, args) as never,
    on: (event, listener) => bridge.on(event, listener as (payload: unknown) => void),
  }
}
