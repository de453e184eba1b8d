import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { IS_LIBRARY_ENTRY, type Args, type Returns } from '../../contract/messages'
import { MISSING_DIMENSION } from '../../core/interchange/imported'
import { useNotice } from '../widgets/use-notice'
import { useClient } from '../client/use-client'
import { useFilesStore } from '../stores/files-store'
import { useProjectStore } from '../stores/project-store'
import { useViewStore } from '../stores/view-store'

type Options = Args<'workload.import'>['options']

/** A step of an import: open dimensions to ask for, or a result to confirm. */
export type ImportStep =
  | {
      readonly kind: 'ask'
      readonly path: string
      readonly options: Options
      readonly missing: readonly string[]
    }
  | {
      readonly kind: 'tell'
      readonly path: string
      readonly options: Options
      readonly found: Returns<'workload.import'>
    }

/** Imports files of other tools. */
export const useImportStore = defineStore('import', () => {
  const client = useClient()
  const files = useFilesStore()
  const document_ = useProjectStore()
  const view = useViewStore()
  const notice = useNotice()
  const step = shallowRef<ImportStep | null>(null)

  async function choose(): Promise<void> {
    const path = await files.choose('import-workload', '')
    if (path !== null) await read(path)
  }

  async function read(path: string, options: Options = { dimensions: {} }): Promise<void> {
    const found = await client.call('workload.import', { path, options })
    if (found.ok) {
      step.value = { kind: 'tell', path, options, found: found.value }
      return
    }
    if (found.error[0]?.code === IS_LIBRARY_ENTRY) {
      await take(path)
      return
    }
    const missing = found.error.filter(({ code }) => code === MISSING_DIMENSION).map(({ path: name }) => name)
    if (missing.length > 0 && missing.length === found.error.length)
      step.value = { kind: 'ask', path, options, missing }
    else {
      step.value = null
      await files.tell('The file could not be imported', found.error)
    }
  }

  /** Keeps a technology, chip or architecture from a file. */
  async function take(path: string): Promise<void> {
    const taken = await client.call('library.take', { path })
    if (!taken.ok) {
      await files.tell('The file could not be kept', taken.error)
      return
    }
    await files.refreshPresets()
    notice.tell(`The ${taken.value.kind} ${taken.value.entry.name} is kept beside the presets.`)
  }

  /** Makes the imported workload the project's, as one undo step. */
  function use(): void {
    if (step.value?.kind !== 'tell' || document_.project === null) return
    view.einsum = null
    view.unpin()
    document_.edit('import', {
      workload: { preset: null, text: step.value.found.text },
      fusion: { ...document_.project.fusion, along: {} },
    })
    document_.settle()
    step.value = null
  }

  const cancel = (): void => {
    step.value = null
  }
  return { step, choose, read, use, cancel }
})
