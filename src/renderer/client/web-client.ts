import { parse, stringify } from 'devalue'
import type { EngineClient } from '../../contract/engine-client'
import type { Result } from '../../core/support/result'

const RETRY_MS = 500

type Listener = (payload: unknown) => void

const lost: Result<never> = {
  ok: false,
  error: [
    {
      code: 'connection-lost',
      path: '',
      message: 'The connection to Piste was lost',
      mend: 'see whether it still runs; what you have open is kept here',
    },
  ],
}

/** The client of the web host: one WebSocket, opened again when it breaks. Calls that were under way then fail, as faults. */
export function webClient(url: string): EngineClient {
  const listeners = new Map<string, Set<Listener>>()
  const pending = new Map<number, (reply: Result<never>) => void>()
  let nextId = 1
  let socket = connect()

  function connect(): Promise<WebSocket> {
    const opened = new Promise<WebSocket>((resolve, reject) => {
      const fresh = new WebSocket(url)
      fresh.addEventListener('open', () => resolve(fresh))
      fresh.addEventListener('error', () => reject(new Error('refused')))
      fresh.addEventListener('message', ({ data }) => receive(String(data)))
      fresh.addEventListener('close', () => {
        for (const settle of pending.values()) settle(lost)
        pending.clear()
        setTimeout(() => (socket = connect()), RETRY_MS)
      })
    })
    // Whoever calls meanwhile hears of it; nobody else has to.
    opened.catch(() => undefined)
    return opened
  }

  function receive(text: string): void {
    const message = parse(text) as { id: number; reply: Result<never> } | { event: string; payload: unknown }
    if ('event' in message) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload)
    } else {
      pending.get(message.id)?.(message.reply)
      pending.delete(message.id)
    }
  }

  return {
    call: async (channel, args) => {
      try {
        const open = await socket
        return await new Promise((resolve) => {
          const id = nextId++
          pending.set(id, resolve)
          if (open.readyState === WebSocket.OPEN) open.send(stringify({ id, channel, args }))
          else resolve(lost)
        })
      } catch {
        return lost
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
