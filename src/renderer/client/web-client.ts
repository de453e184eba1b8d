import { parse, stringify } from 'devalue'
import type { EngineClient } from '../../contract/engine-client'
import type { Result } from '../../core/support/result'
import { connectionLost, noFile } from './connection-lost'

const RETRY_MS = 500

type Listener = (payload: unknown) => void

/** The client of the web host: one WebSocket, reopened when it breaks. Calls in progress then fail with a fault. */
export function webClient(url: string): EngineClient {
  const listeners = new Map<string, Set<Listener>>()
  const pending = new Map<number, (reply: Result<never>) => void>()
  let nextId = 1
  /** The open socket; undefined while there is none. */
  let socket = connect()

  function connect(): Promise<WebSocket | undefined> {
    return new Promise((resolve) => {
      const fresh = new WebSocket(url)
      fresh.addEventListener('open', () => resolve(fresh))
      fresh.addEventListener('message', ({ data }) => receive(String(data)))
      // Also fires after an error, and if the connection never opened.
      fresh.addEventListener('close', () => {
        resolve(undefined)
        for (const settle of pending.values()) settle(connectionLost)
        pending.clear()
        setTimeout(() => (socket = connect()), RETRY_MS)
      })
    })
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
      const open = await socket
      if (open?.readyState !== WebSocket.OPEN) return connectionLost
      return new Promise((resolve) => {
        const id = nextId++
        pending.set(id, resolve)
        open.send(stringify({ id, channel, args }))
      })
    },
    pathOf: async (file) => {
      try {
        // The browser streams it; the host writes it to disk as it arrives.
        const reply = await fetch(`/dropped?name=${encodeURIComponent(file.name)}`, {
          method: 'POST',
          body: file,
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
