import { inject, type InjectionKey } from 'vue'
import { USUAL_UNITS } from '../../core/units/units'

/** How memory sizes are written. The window provides it, so that a field does not depend on a store. */
export const memoryTextKey: InjectionKey<(bytes: number, digits?: number) => string> = Symbol('memory text')

export const useMemoryText = () => inject(memoryTextKey, USUAL_UNITS.memory)
