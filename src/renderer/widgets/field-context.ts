import { inject, type InjectionKey } from 'vue'
import { USUAL_UNITS, type Units } from '../../core/units/units'

/** What fields take from the window, so that they depend on no store. */
export interface FieldContext {
  readonly units: () => Units
  /** Changes with undo, redo, New and Open: fields then drop typed text and its errors. */
  readonly turn: () => number
  /** Ends an undo step: what is typed and committed is one of its own. */
  readonly settle: () => void
}

export const fieldContextKey: InjectionKey<FieldContext> = Symbol('field context')

const NO_WINDOW: FieldContext = { units: () => USUAL_UNITS, turn: () => 0, settle: () => {} }
export const useFieldContext = () => inject(fieldContextKey, NO_WINDOW)
