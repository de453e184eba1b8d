import type { EngineClient } from '../../contract/engine-client'
import type { PisteBridge } from '../../contract/bridge'
import { ok } from '../../core/support/result'
import { connectionLost, noFile } from './connection-lost'

/** The client of the desktop shell, over the preload bridge. */
export function desktopClient(bridge: PisteBridge): EngineClient {
  return {
    // The host answers with this channel's Result; only a lost bridge rejects.
    call: (channel, args) => bridge.call(channel, args).catch(() => connectionLost) as never,
    pathOf: (file) => {
      const path = bridge.pathOf(file)
      return Promise.resolve(path === '' ? noFile(file.name) : ok({ path, scratch: false }))
    },
    on: (event, listener) => bridge.on(event, listener as (payload: unknown) => void),
  }
}
