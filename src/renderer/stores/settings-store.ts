import { defineStore } from 'pinia'
import { computed } from 'vue'
import { USUAL_SETTINGS, type Settings } from '../../contract/project-file'
import { commonBits, unitsOf, USUAL_CHOICE, type UnitChoice } from '../../core/units/units'
import { useProjectStore } from './project-store'
import { useSearchStore } from './search-store'

/** The project's own settings: how it is shown, here and in its reports. */
export const useSettingsStore = defineStore('settings', () => {
  const document_ = useProjectStore()
  const search = useSearchStore()

  // A drag makes a new project in every frame; its settings stay the same object.
  const choice = computed((): UnitChoice => document_.project?.settings.units ?? USUAL_CHOICE)
  /** Bits per value of all tensors on show; null where they differ. */
  const bitsPerElement = computed(() => (search.found === null ? null : commonBits(search.found.workload)))
  const units = computed(() => unitsOf(choice.value, bitsPerElement.value))

  const change = (patch: Partial<Settings>): void => {
    const settings = document_.project?.settings
    if (settings)
      document_.edit(`settings ${Object.keys(patch).join()}`, { settings: { ...settings, ...patch } })
  }
  const choose = (patch: Partial<UnitChoice>): void => {
    document_.settle()
    change({ units: { ...choice.value, ...patch } })
  }
  /** A setting that a control can be bound to. */
  const bound = <K extends keyof Settings>(key: K) =>
    computed({
      get: () => (document_.project?.settings ?? USUAL_SETTINGS)[key],
      set: (value) => change({ [key]: value }),
    })

  return {
    choice,
    bitsPerElement,
    units,
    choose,
    beside: bound('beside'),
    mapParameter: bound('mapParameter'),
    innerBandwidth: bound('innerBandwidth'),
    wantedThroughput: bound('wantedThroughput'),
  }
})
