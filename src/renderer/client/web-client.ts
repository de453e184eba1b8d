import { createBirpc } from 'birpc'
import { parse, stringify } from 'devalue'
import type { EngineClient } from '../../contract/engine-client'
import {
  DROPPED_PATH,
  protocolsOf,
  WINDOW_HEADER,
  type HostFunctions,
  type WindowFunctions,
} from '../../contract/socket'
import type { Result } from '../../core/support/result'
import { authorization, type Admission } from './admission'
import { connectionLost, noFile, notAdmitted } from './connection-lost'

const RETRY_MS = 500

type Listener = (payload: unknown) => void
/** Calls over an open socket, or why there is none for now. */
type Connection = { readonly call: HostFunctions['call'] } | Result<never>

/** The client of the web host: one WebSocket, reopened when it breaks. Calls in progress then fail with a fault. */
export function webClient(url: string, admission: Pick<Admission, 'secret' | 'isRefused'>): EngineClient {
  const window = crypto.randomUUID()
  const listeners = new Map<string, Set<Listener>>()
  let connection = connect()

  async function connect(): Promise<Connection> {
    const secret = await admission.secret()
    const opened = secret === null ? undefined : await open(secret)
    if (opened !== undefined) return opened
    setTimeout(() => (connection = connect()), RETRY_MS)
    return secret === null || (await admission.isRefused(secret)) ? notAdmitted : connectionLost
  }

  /** Undefined where no connection opens. */
  function open(secret: string): Promise<Connection | undefined> {
    return new Promise((resolve) => {
      const socket = new WebSocket(url, protocolsOf({ secret, window }))
      const functions: WindowFunctions = {
        event: (name, payload) => {
          for (const listener of listeners.get(name) ?? []) listener(payload)
        },
      }
      const rpc = createBirpc<HostFunctions, WindowFunctions, false>(functions, {
        proxify: false,
        // A search takes as long as it takes.
        timeout: -1,
        post: (message) => socket.send(stringify(message)),
        on: (listener) => socket.addEventListener('message', ({ data }) => listener(parse(String(data)))),
      })
      let isOpen = false
      socket.addEventListener('open', () => {
        isOpen = true
        resolve({
          call: (channel, args) => rpc.$call('call', channel, args).catch(() => connectionLost),
        })
      })
      // Also fires after an error, and if the connection never opened.
      socket.addEventListener('close', () => {
        resolve(undefined)
        rpc.$close()
        if (isOpen) connection = connect()
      })
    })
  }

  return {
    // The host answers with a Result for this very channel.
    call: async (channel, args) => {
      const now = await connection
      return ('call' in now ? now.call(channel, args) : now) as never
    },
    pathOf: async (file) => {
      const secret = await admission.secret()
      if (secret === null) return notAdmitted
      try {
        // The browser streams it; the host writes it to disk as it arrives.
        const reply = await fetch(`${DROPPED_PATH}?name=${encodeURIComponent(file.name)}`, {
          method: 'POST',
          body: file,
          headers: { ...authorization(secret), [WINDOW_HEADER]: window },
        })
        return reply.ok ? (parse(await reply.text()) as Result<never>) : connectionLost
      } catch {
        return noFile(file.name)
      }
    },
    on: (event, listener) => {
      const heard = listeners.get(event) ?? new Set()
      listeners.set(event, heard)
      heard.add(listener as Listener)
      return () => heard.delete(listener as Listener)
    },
  }
}
