import { inject, type InjectionKey } from 'vue'
import { USUAL_UNITS } from '../../core/units/units'

/** How what a memory holds is told; given by the window, so that a field does not depend on a project. */
export const memoryTextKey: InjectionKey<(bytes: number, digits?: number) => string> = Symbol('memory text')

export const useMemoryText = () => inject(memoryTextKey, USUAL_UNITS.memory)
