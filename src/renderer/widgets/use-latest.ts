import { onBeforeUnmount, ref, watch, type WatchSource } from 'vue'

const DEBOUNCE_MS = 120

/**
 * Work that follows what it depends on: asked for again a moment after that has changed, the answer to an older request
 * dropped. Says whether what is shown is not yet what is asked for.
 */
export function useLatest<T>(source: WatchSource<T>, work: (value: T, id: string) => Promise<void>) {
  const busy = ref(false)
  let counter = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const prefix = `latest-${Math.trunc(performance.now() * 1000)}`
  /** Whether an answer is to the request made last. */
  const isLatest = (id: string): boolean => id === `${prefix}-${counter}`

  watch(
    source,
    (value, before) => {
      clearTimeout(timer)
      const id = `${prefix}-${++counter}`
      busy.value = true
      timer = setTimeout(
        () => {
          void work(value, id).finally(() => {
            if (isLatest(id)) busy.value = false
          })
        },
        before === undefined ? 0 : DEBOUNCE_MS,
      )
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    clearTimeout(timer)
    counter++
  })
  return { busy, isLatest }
}
