import { ref, watch, type Ref } from 'vue'

/** The text of a field. It follows the value, except while the user types. */
export function useTypedText(shown: () => string): {
  readonly text: Ref<string>
  /** Whether typed text is neither committed nor reverted. */
  readonly typing: Ref<boolean>
  readonly revert: () => void
} {
  const text = ref(shown())
  const typing = ref(false)
  watch(shown, (now) => {
    if (!typing.value) text.value = now
  })
  return {
    text,
    typing,
    revert: () => {
      typing.value = false
      text.value = shown()
    },
  }
}
