import { ref, watch, type Ref } from 'vue'
import { useFieldContext } from './field-context'

/** The text of a field. It follows the value, except while the user types. */
export function useTypedText(shown: () => string): {
  readonly text: Ref<string>
  /** Whether typed text is neither committed nor reverted. */
  readonly typing: Ref<boolean>
  readonly revert: () => void
} {
  const { turn } = useFieldContext()
  const text = ref(shown())
  const typing = ref(false)
  const revert = (): void => {
    typing.value = false
    text.value = shown()
  }
  watch(shown, (now) => {
    if (!typing.value) text.value = now
  })
  watch(turn, revert)
  return { text, typing, revert }
}
