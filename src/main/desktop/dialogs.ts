import type { DialogLike } from '../handlers/host'

/** The part of Electron's `dialog` that is used, bound to a window. */
export interface NativeDialogs {
  open(
    options: DialogOptions & { properties: ('openFile' | 'openDirectory' | 'createDirectory')[] },
  ): Promise<{
    canceled: boolean
    filePaths: string[]
  }>
  save(options: DialogOptions): Promise<{ canceled: boolean; filePath: string }>
}

interface DialogOptions {
  title: string
  defaultPath: string
  filters?: { name: string; extensions: string[] }[]
}

const WORKLOADS = [
  { name: 'Workloads and models', extensions: ['yaml', 'yml', 'json', 'onnx'] },
  { name: 'All files', extensions: ['*'] },
]
const PROJECTS = [{ name: 'Piste projects', extensions: ['piste'] }]

/** File dialogs of the operating system. */
export function nativeDialogs(dialogs: NativeDialogs): DialogLike {
  return {
    async chooseFile(purpose, suggestion) {
      if (purpose === 'save-project') {
        const saved = await dialogs.save({
          title: 'Save project',
          defaultPath: suggestion,
          filters: PROJECTS,
        })
        return saved.canceled || saved.filePath === '' ? null : saved.filePath
      }
      const opened = await dialogs.open(
        purpose === 'open-project'
          ? { title: 'Open project', defaultPath: suggestion, filters: PROJECTS, properties: ['openFile'] }
          : purpose === 'import-workload'
            ? {
                title: 'Import workload',
                defaultPath: suggestion,
                filters: WORKLOADS,
                properties: ['openFile'],
              }
            : {
                title: 'Export report to',
                defaultPath: suggestion,
                properties: ['openDirectory', 'createDirectory'],
              },
      )
      return opened.canceled ? null : (opened.filePaths[0] ?? null)
    },
  }
}
