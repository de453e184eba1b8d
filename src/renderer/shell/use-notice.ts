import { ref } from 'vue'

const SHOWN_MS = 4000
const notice = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

/** A sentence in the status line that goes away by itself. */
export function useNotice() {
  function tell(text: string): void {
    notice.value = text
    clearTimeout(timer)
    timer = setTimeout(() => (notice.value = ''), SHOWN_MS)
  }
  return { notice, tell }
}
