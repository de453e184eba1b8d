import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { IPC_CALL, IPC_EVENT, type PisteBridge } from '../contract/bridge'

/** Two functions are all that the window gets; the main process checks every channel, argument and sender. */
const bridge: PisteBridge = {
  call: (channel, args) => ipcRenderer.invoke(IPC_CALL, channel, args),
  on: (event, listener) => {
    const heard = (_: IpcRendererEvent, name: string, payload: unknown) => {
      if (name === event) listener(payload)
    }
    ipcRenderer.on(IPC_EVENT, heard)
    return () => ipcRenderer.off(IPC_EVENT, heard)
  },
}

contextBridge.exposeInMainWorld('piste', bridge)
