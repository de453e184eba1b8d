import { useTimeoutFn } from '@vueuse/core'
import { onScopeDispose, ref, watch, type WatchSource } from 'vue'

const DEBOUNCE_MS = 120

/**
 * Runs `work` when its source changes, after a short wait, and drops the answers to older requests. `busy` says whether
 * what is shown is out of date.
 */
export function useLatest<T>(source: WatchSource<T>, work: (value: T, id: string) => Promise<void>) {
  const busy = ref(false)
  let counter = 0
  let wait = 0
  const prefix = `latest-${Math.trunc(performance.now() * 1000)}`
  /** Whether an answer is to the last request. */
  const isLatest = (id: string): boolean => id === `${prefix}-${counter}`

  const { start } = useTimeoutFn(
    (value: T, id: string) => {
      void work(value, id).finally(() => {
        if (isLatest(id)) busy.value = false
      })
    },
    () => wait,
    { immediate: false },
  )
  watch(
    source,
    (value) => {
      busy.value = true
      start(value, `${prefix}-${++counter}`)
      wait = DEBOUNCE_MS
    },
    { immediate: true },
  )
  onScopeDispose(() => counter++)
  return { busy, isLatest }
}
