import { refAutoReset } from '@vueuse/core'

const SHOWN_MS = 4000
const notice = refAutoReset('', SHOWN_MS)

/** A sentence in the status line that goes away by itself. */
export const useNotice = () => ({ notice, tell: (text: string) => (notice.value = text) })
