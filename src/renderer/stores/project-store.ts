import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Project } from '../../contract/project-file'

/** Edits of one field within this time are one undo step. */
const COALESCE_MS = 800
const MOST_STEPS = 200

/** The open document: an immutable project, its history, and the file that it belongs to. */
export const useProjectStore = defineStore('project', () => {
  const project = shallowRef<Project | null>(null)
  const path = shallowRef<string | null>(null)
  const revision = shallowRef<string | null>(null)
  const saved = shallowRef<Project | null>(null)
  const past = shallowRef<readonly Project[]>([])
  const future = shallowRef<readonly Project[]>([])
  /** Counts documents and steps of undo and redo: what was typed into a field does not outlive one. */
  const turn = ref(0)
  let lastEdit = { key: '', at: 0 }

  const dirty = computed(() => project.value !== saved.value)
  const title = computed(() => path.value?.split(/[\\/]/).at(-1) ?? 'untitled.piste')

  /** Replaces the open document and clears its history. */
  function load(next: Project, from: { path: string | null; revision: string | null; saved: boolean }): void {
    project.value = next
    path.value = from.path
    revision.value = from.revision
    saved.value = from.saved ? next : null
    past.value = []
    future.value = []
    turn.value++
    settle()
  }

  /** Changes the document. Edits with the same `key` in quick succession are one undo step. */
  function edit(key: string, patch: Partial<Project>): void {
    const before = project.value
    if (before === null) return
    const now = performance.now()
    const continues = lastEdit.key === key && now - lastEdit.at < COALESCE_MS && future.value.length === 0
    if (!continues) past.value = [...past.value.slice(-MOST_STEPS + 1), before]
    lastEdit = { key, at: now }
    future.value = []
    project.value = { ...before, ...patch }
  }

  /** Ends a run of edits: the next edit is an undo step of its own. */
  const settle = (): void => {
    lastEdit = { key: '', at: 0 }
  }

  function undo(): void {
    const before = past.value.at(-1)
    if (before === undefined || project.value === null) return
    future.value = [project.value, ...future.value]
    past.value = past.value.slice(0, -1)
    project.value = before
    turn.value++
    settle()
  }

  function redo(): void {
    const [after, ...rest] = future.value
    if (after === undefined || project.value === null) return
    past.value = [...past.value, project.value]
    future.value = rest
    project.value = after
    turn.value++
    settle()
  }

  /** Records a save: `written` is `what` with the file's name. */
  function markSaved(what: Project, written: Project, where: string, as: string): void {
    if (project.value === what) project.value = written
    saved.value = written
    path.value = where
    revision.value = as
  }

  return {
    project,
    path,
    revision,
    past,
    future,
    dirty,
    title,
    turn,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    load,
    edit,
    settle,
    undo,
    redo,
    markSaved,
  }
})
