import { inject, type InjectionKey } from 'vue'
import type { EngineClient } from '../../contract/engine-client'
import { assert } from '../../core/support/assert'

export const clientKey: InjectionKey<EngineClient> = Symbol('client')

/** The host behind this window. */
export function useClient(): EngineClient {
  const client = inject(clientKey)
  assert(client, 'the window provides a client')
  return client
}
