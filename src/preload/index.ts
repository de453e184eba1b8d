import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { CHANNEL_NAMES, EVENT_NAMES, IPC_CALL, IPC_EVENT, type PisteBridge } from '../contract/bridge'

const knows = (names: readonly string[], name: unknown): boolean => names.some((known) => known === name)

/** The window gets these three functions; the main process checks every channel, argument and sender again. */
const bridge: PisteBridge = {
  call: (channel, args) =>
    knows(CHANNEL_NAMES, channel)
      ? ipcRenderer.invoke(IPC_CALL, channel, args)
      : Promise.reject(new Error('There is no such message')),
  on: (event, listener) => {
    if (!knows(EVENT_NAMES, event)) return () => undefined
    const heard = (_: IpcRendererEvent, name: string, payload: unknown) => {
      if (name === event) listener(payload)
    }
    ipcRenderer.on(IPC_EVENT, heard)
    return () => ipcRenderer.off(IPC_EVENT, heard)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('piste', bridge)
