import { defineStore } from 'pinia'
import { watchDebounced } from '@vueuse/core'
import { ref, shallowRef } from 'vue'
import {
  ANY_FILE,
  FILE_EXISTS,
  FILE_IS_OTHER,
  NO_FILE,
  type FilePurpose,
  type Returns,
} from '../../contract/messages'
import type { Project } from '../../contract/project-file'
import type { Fault } from '../../core/support/result'
import { useClient } from '../client/use-client'
import { newProject } from '../../contract/new-project'
import { useProjectStore } from './project-store'

const AUTOSAVE_MS = 1500

/** A question to the user: which file, or whether to continue. */
export type Question =
  | {
      readonly kind: 'file'
      readonly purpose: FilePurpose
      readonly suggestion: string
      readonly answer: (path: string | null) => void
    }
  | {
      readonly kind: 'confirm'
      readonly title: string
      readonly text: string
      readonly yes: string
      readonly answer: (yes: boolean) => void
    }
  | {
      readonly kind: 'unsaved'
      readonly text: string
      readonly answer: (what: 'save' | 'discard' | 'cancel') => void
    }
  | {
      readonly kind: 'faults'
      readonly title: string
      readonly faults: readonly Fault[]
      readonly answer: () => void
    }

/** Opens, saves and recovers projects, and asks the questions that this needs. */
export const useFilesStore = defineStore('files', () => {
  const client = useClient()
  const document_ = useProjectStore()
  const info = shallowRef<Returns<'app.info'> | null>(null)
  const presets = shallowRef<Returns<'presets.read'> | null>(null)
  const recent = shallowRef<Returns<'recent.list'>['files']>([])
  const question = shallowRef<Question | null>(null)
  const exporting = ref(false)

  const ask = <T>(make: (answer: (value: T) => void) => Question): Promise<T> =>
    new Promise((resolve) => {
      question.value = make((value) => {
        question.value = null
        resolve(value)
      })
    })
  const confirm = (title: string, text: string, yes: string) =>
    ask<boolean>((answer) => ({ kind: 'confirm', title, text, yes, answer }))
  const tell = (title: string, faults: readonly Fault[]) =>
    ask<true>((answer) => ({ kind: 'faults', title, faults, answer: () => answer(true) }))

  async function choose(purpose: FilePurpose, suggestion: string): Promise<string | null> {
    if (info.value?.dialogs !== 'native')
      return ask<string | null>((answer) => ({ kind: 'file', purpose, suggestion, answer }))
    const chosen = await client.call('dialog.chooseFile', { purpose, suggestion })
    return chosen.ok ? chosen.value.path : null
  }

  /** Whether the open document may be replaced: it is saved, or the user saves or discards its changes. */
  async function mayDiscard(): Promise<boolean> {
    if (!document_.dirty) return true
    const text = `${document_.title} has changes that are not saved.`
    const what = await ask<'save' | 'discard' | 'cancel'>((answer) => ({ kind: 'unsaved', text, answer }))
    if (what === 'save') await save()
    return what === 'discard' || (what === 'save' && !document_.dirty)
  }

  async function start(): Promise<void> {
    const [about, shipped] = await Promise.all([client.call('app.info', {}), client.call('presets.read', {})])
    if (!about.ok || !shipped.ok) {
      // Both fail for one reason.
      await tell('Piste could not start', about.ok ? (shipped.ok ? [] : shipped.error) : about.error)
      return
    }
    info.value = about.value
    presets.value = shipped.value
    const fresh = newProject(shipped.value)
    document_.load(fresh, { path: null, revision: null, saved: true })
    const [recovery] = await Promise.all([client.call('recovery.read', {}), refreshRecent()])
    if (recovery.ok && recovery.value.found) {
      const { project, path, revision, savedAt } = recovery.value.found
      const when = new Date(savedAt).toLocaleString()
      const again = await confirm(
        'Recover unsaved work?',
        `Piste ended with unsaved changes to ${path ?? 'a new project'} (${when}).`,
        'Recover',
      )
      if (again) document_.load(project, { path, revision, saved: false })
      else await client.call('autosave.clear', {})
    } else if (about.value.openAtStart !== null) await openPath(about.value.openAtStart)
  }

  /** Reads the presets again, with the user's own. */
  async function refreshPresets(): Promise<void> {
    const read = await client.call('presets.read', {})
    if (read.ok) presets.value = read.value
  }

  async function refreshRecent(): Promise<void> {
    const list = await client.call('recent.list', {})
    if (list.ok) recent.value = list.value.files
  }

  async function newDocument(): Promise<void> {
    if (presets.value === null || !(await mayDiscard())) return
    document_.load(newProject(presets.value), { path: null, revision: null, saved: true })
    await client.call('autosave.clear', {})
  }

  async function open(): Promise<void> {
    if (!(await mayDiscard())) return
    const path = await choose('open-project', document_.path ?? '')
    if (path !== null) await openPath(path)
  }

  async function openRecent(path: string): Promise<void> {
    if (await mayDiscard()) await openPath(path)
  }

  /** Opens a project. A scratch copy of a dropped file has no path to save to. */
  async function openPath(path: string, scratch = false): Promise<void> {
    const opened = await client.call('project.open', { path })
    if (!opened.ok) {
      await tell('The file could not be opened', opened.error)
      return
    }
    const { project, elsewhere } = opened.value
    if (scratch) document_.load(project, { path: null, revision: null, saved: false })
    else document_.load(project, { ...opened.value, saved: true })
    if (elsewhere)
      await tell('This project is open in another window', [
        {
          code: 'open-elsewhere',
          path: '',
          file: opened.value.path,
          message: 'Both windows can change it; the one that saves second is warned',
          hint: 'save this one under another name to keep both',
        },
      ])
    await client.call('autosave.clear', {})
    await refreshRecent()
  }

  /** One save at a time: the next begins from the revision that the last one gave. */
  let saving: Promise<unknown> = Promise.resolve()
  function save(as = false): Promise<void> {
    const turn = saving.then(() => saveNow(as))
    saving = turn.catch(() => undefined)
    return turn
  }

  async function saveNow(as: boolean): Promise<void> {
    const project = document_.project
    if (project === null) return
    const path =
      as || document_.path === null
        ? await choose('save-project', document_.path ?? `${project.name}.piste`)
        : document_.path
    if (path === null) return
    const own = path === document_.path
    // The system's dialog has asked whether to replace a file; ours has not.
    const unasked = !own && info.value?.dialogs !== 'native'
    const saveAt = (file: string, expectedRevision: string | null) =>
      client.call('project.save', { path: file, project: named(project, file), expectedRevision })
    let saved = await saveAt(path, own ? document_.revision : unasked ? NO_FILE : null)
    const refusal = saved.ok ? undefined : saved.error[0]
    if (refusal?.code === FILE_EXISTS || refusal?.code === FILE_IS_OTHER) {
      // The host may have put the usual ending behind the name.
      const file = refusal.file ?? path
      const other = refusal.code === FILE_IS_OTHER
      const text = other ? `${file} is there already, and is no Piste project.` : `${file} is there already.`
      if (!(await confirm('Replace the file?', text, 'Replace'))) return
      saved = await saveAt(file, ANY_FILE)
    }
    if (!saved.ok) {
      await tell('The project was not saved', saved.error)
      return
    }
    document_.markSaved(project, named(project, path), saved.value.path, saved.value.revision)
    await client.call('autosave.clear', {})
    await refreshRecent()
  }

  watchDebounced(
    () => document_.project,
    (project) => {
      if (project === null || !document_.dirty) return
      void client.call('autosave.write', { project, path: document_.path, revision: document_.revision })
    },
    { debounce: AUTOSAVE_MS },
  )

  return {
    info,
    presets,
    recent,
    question,
    exporting,
    start,
    newDocument,
    open,
    openRecent,
    openPath,
    refreshPresets,
    mayDiscard,
    save,
    choose,
    tell,
  }
})

/** A saved project is named after its file. */
const named = (project: Project, path: string): Project => ({
  ...project,
  name: path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.piste$/, ''),
})
