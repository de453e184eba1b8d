import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { CANCELLED, SUPERSEDED } from '../../contract/messages'
import { optionsOf } from '../../contract/search-schema'
import { parseWorkloadText } from '../../contract/workload-file'
import type { Exploration } from '../../core/mappers/mapper'
import type { Fault } from '../../core/support/result'
import type { Workload } from '../../core/workload/einsum'
import { useClient } from '../client/use-client'
import { useProjectStore } from './project-store'

/** A change that follows another sooner than this is one of many, as when somebody types: the last one is searched. */
const DEBOUNCE_MS = 120
/** Searches shorter than this show nothing on the way. */
const QUIET_MS = 100

export interface Progress {
  readonly done: number
  readonly label: string
  readonly etaMs: number | null
}

/** What was found, together with the workload that it was found for. */
export interface Found {
  readonly workload: Workload
  readonly exploration: Exploration
}

/** Keeps the bound up with the document: each valid change starts a search that supersedes the one before. */
export const useSearchStore = defineStore('search', () => {
  const client = useClient()
  const document_ = useProjectStore()
  const found = shallowRef<Found | null>(null)
  const faults = shallowRef<readonly Fault[]>([])
  const notice = shallowRef<string | null>(null)
  const progress = shallowRef<Progress | null>(null)
  const running = shallowRef<string | null>(null)
  /** Whether a change is about to be searched. */
  const due = shallowRef(false)
  let counter = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let changedAt = -Infinity

  // Parsed again only when the text itself changes, not with every edit of the document.
  const text = computed(() => document_.project?.workload.text)
  const parsed = computed(() => (text.value === undefined ? null : parseWorkloadText(text.value)))

  /** What a search depends on besides the text, by value: which strategy is looked at is no part of it. */
  const options = computed(() => {
    const project = document_.project
    if (project === null) return null
    return JSON.stringify(optionsOf(project))
  })

  client.on('search.progress', ({ searchId, ...rest }) => {
    if (searchId === running.value) progress.value = rest
  })
  client.on('search.first', ({ searchId, exploration }) => {
    const begun = parsed.value
    // What is shown of the same workload says more.
    if (searchId !== running.value || !begun?.ok || found.value?.workload.name === begun.value.name) return
    setTimeout(() => {
      if (searchId === running.value) found.value = { workload: begun.value, exploration }
    }, QUIET_MS)
  })
  client.on('pool.workerLost', ({ message }) => (notice.value = message))

  async function search(): Promise<void> {
    due.value = false
    const project = document_.project
    if (project === null || parsed.value === null) return
    if (!parsed.value.ok) {
      faults.value = parsed.value.error
      cancel()
      return
    }
    const workload = parsed.value.value
    const searchId = `s${++counter}`
    running.value = searchId
    notice.value = null
    const quiet = setTimeout(() => {
      if (running.value === searchId) progress.value ??= { done: 0, label: workload.name, etaMs: null }
    }, QUIET_MS)
    const reply = await client.call('search.start', {
      searchId,
      slot: 'main',
      workloadText: project.workload.text,
      options: optionsOf(project),
    })
    clearTimeout(quiet)
    if (running.value !== searchId) return
    running.value = null
    progress.value = null
    if (reply.ok) {
      faults.value = []
      found.value = { workload, exploration: reply.value }
    } else if (reply.error[0]?.code === CANCELLED)
      notice.value = 'The search was cancelled; the charts show the last result.'
    else if (reply.error[0]?.code !== SUPERSEDED) faults.value = reply.error
  }

  function cancel(): void {
    if (running.value !== null) void client.call('search.cancel', { searchId: running.value })
  }

  watch(
    () => [text.value, options.value] as const,
    () => {
      const now = performance.now()
      const wait = now - changedAt < DEBOUNCE_MS ? DEBOUNCE_MS : 0
      changedAt = now
      due.value = true
      clearTimeout(timer)
      timer = setTimeout(() => void search(), wait)
    },
    { immediate: true },
  )

  /** Whether a search of the document runs, or is about to. */
  const busy = computed(() => due.value || running.value !== null)
  /** Whether what is shown is not what the document asks for. */
  const stale = computed(() => busy.value || faults.value.length > 0)

  return { found, faults, notice, progress, running, parsed, busy, stale, cancel, search }
})
