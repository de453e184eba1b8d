import { defineStore } from 'pinia'
import { useColorMode, useLocalStorage } from '@vueuse/core'
import { ref, shallowRef, watch } from 'vue'
import type { BufferRange, ShareRange } from '../../charts/axes'

export const DETAIL_TABS = [
  'inspector',
  'cascade',
  'strategies',
  'designs',
  'trade-offs',
  'points',
  'jobs',
] as const
export type DetailTab = (typeof DETAIL_TABS)[number]

/** What the large chart shows. */
export const CHARTS = [
  { id: 'ski-slope', label: 'traffic' },
  { id: 'reduction', label: 'reduction' },
  { id: 'tensors', label: 'by tensor' },
  { id: 'map', label: 'map' },
  { id: 'split', label: 'split' },
] as const
export type MainChart = (typeof CHARTS)[number]['id']

/** What the user looks at. It is not part of the project: it is neither saved nor undone. */
export const useViewStore = defineStore('view', () => {
  /** The system's, until one is chosen. */
  const theme = useColorMode({
    attribute: 'data-theme',
    storageKey: 'piste.theme',
    disableTransition: false,
  })
  /** Buffer size under the pointer, shared by all charts; null when there is none. */
  const cursorBytes = ref<number | null>(null)
  const pinned = ref(false)
  /** Name of the Einsum that charts show; null for the whole cascade. */
  const einsum = ref<string | null>(null)

  const chart = ref<MainChart>('ski-slope')
  /** Buffer sizes that all charts over them show; null for all. */
  const zoom = shallowRef<BufferRange | null>(null)
  /** Shares of the area that the performance mesa shows; null for all. */
  const shareZoom = shallowRef<ShareRange | null>(null)
  /** Step of the tour on screen; null for none. */
  const tourState = useLocalStorage<'new' | 'seen'>('piste.tour', 'new')
  const tour = ref<number | null>(tourState.value === 'new' ? 0 : null)
  watch(tour, (step) => {
    if (step === null) tourState.value = 'seen'
  })
  /** Names of the curves that the legend has hidden. */
  const hidden = shallowRef<readonly string[]>([])
  const toggleCurve = (name: string): void => {
    hidden.value = hidden.value.includes(name)
      ? hidden.value.filter((other) => other !== name)
      : [...hidden.value, name]
  }
  /** Name of the curve that is lit while its row in a table is hovered; null for none. */
  const lit = ref<string | null>(null)
  /** Title of the chart that fills the window; null for none. */
  const maximised = ref<string | null>(null)
  /** Whether the details below the charts are collapsed to their tabs. */
  const collapsed = ref(false)
  /** The tab of details that is open. */
  const tab = ref<DetailTab>('inspector')

  const hover = (bytes: number | null): void => {
    if (!pinned.value) cursorBytes.value = bytes
  }
  const pin = (bytes: number): void => {
    cursorBytes.value = bytes
    pinned.value = true
  }
  const unpin = (): void => {
    pinned.value = false
    cursorBytes.value = null
  }
  const toggleTheme = (): void => {
    theme.value = theme.value === 'light' ? 'dark' : 'light'
  }

  return {
    theme,
    cursorBytes,
    pinned,
    einsum,
    chart,
    tour,
    zoom,
    shareZoom,
    hidden,
    lit,
    toggleCurve,
    maximised,
    collapsed,
    tab,
    hover,
    pin,
    unpin,
    toggleTheme,
  }
})
