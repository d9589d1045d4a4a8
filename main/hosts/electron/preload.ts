import { contextBridge, ipcRenderer } from 'electron'
import { HOST_COMMANDS, type HostBridge, type HostCommand, PORT_MESSAGE } from '../../../shared/bridge.ts'
import { COMMAND_CHANNEL, PORT_CHANNEL } from './channels.ts'

const listeners = new Set<(command: HostCommand) => void>()

const bridge: HostBridge = {
  platform: process.platform,
  requestPort: () => ipcRenderer.send(PORT_CHANNEL),
  onCommand(listener) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

contextBridge.exposeInMainWorld('flotillaHost', bridge)

ipcRenderer.on(PORT_CHANNEL, event => {
  window.postMessage({ kind: PORT_MESSAGE }, window.location.origin, [...event.ports])
})

ipcRenderer.on(COMMAND_CHANNEL, (_event, name: unknown) => {
  const command = HOST_COMMANDS.find(one => one === name)
  if (command === undefined) return
  // Still the only way to undo in a text field, and so kept by every browser.
  if ((command === 'undo' || command === 'redo') && isTextField(document.activeElement)) document.execCommand(command)
  else for (const listener of listeners) listener(command)
})

function isTextField(element: Element | null): boolean {
  if (element instanceof HTMLElement && element.isContentEditable) return true
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
}
