import { ref, watch, type Ref } from 'vue'

/** The text of a field: what there is, until somebody types; what changes meanwhile does not take the typing away. */
export function useTypedText(shown: () => string): {
  readonly text: Ref<string>
  /** Whether something was typed that has been neither committed nor taken back. */
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
