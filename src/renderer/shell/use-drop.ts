import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import type { Fault } from '../../core/support/result'
import { useFilesStore } from '../stores/files-store'
import { useImportStore } from '../dialogs/import-store'
import { useClient } from '../client/use-client'

const folder = (name: string): Fault => ({
  code: 'file-eisdir',
  path: '',
  file: name,
  message: 'This is a folder',
  hint: 'drop one file: a project, a workload, a config.json or a model',
})

/** Files dropped anywhere on the window: projects are opened, everything else is imported. */
export function useDrop() {
  const client = useClient()
  const files = useFilesStore()
  const imports = useImportStore()
  const over = ref(false)

  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

  useEventListener('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    over.value = true
  })
  useEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) over.value = false
  })
  useEventListener('drop', drop)
  async function drop(event: DragEvent): Promise<void> {
    if (!hasFiles(event)) return
    event.preventDefault()
    over.value = false
    const [item] = event.dataTransfer?.items ?? []
    const file = event.dataTransfer?.files[0]
    if (item?.webkitGetAsEntry()?.isDirectory === true) {
      await files.tell('The file could not be opened', [folder(file?.name ?? '')])
      return
    }
    if (file !== undefined) await take(file)
  }
  async function take(file: File): Promise<void> {
    const project = file.name.toLowerCase().endsWith('.piste')
    if (project && !(await files.mayDiscard())) return
    const found = await client.pathOf(file)
    if (!found.ok) await files.tell('The file could not be opened', found.error)
    else if (project) await files.openPath(found.value.path, found.value.scratch)
    else await imports.read(found.value.path)
  }

  return { over }
}
