import { contextBridge, ipcRenderer } from 'electron'
import { HOST_COMMANDS, type HostBridge, type HostCommand, PORT_MESSAGE } from '../../../shared/bridge.ts'
import { COMMAND_CHANNEL, NOTE_CHANNEL, PORT_CHANNEL, SHOW_CHANNEL, STEPS_CHANNEL } from './channels.ts'

const commands = createHearing<HostCommand>()
const shown = createHearing<string>()

const bridge: HostBridge = {
  platform: process.platform,
  requestPort: () => ipcRenderer.send(PORT_CHANNEL),
  onCommand: commands.listen,
  onShowFleet: shown.listen,
  notify: note => ipcRenderer.send(NOTE_CHANNEL, note),
  nameSteps: names => ipcRenderer.send(STEPS_CHANNEL, names),
}

contextBridge.exposeInMainWorld('flotillaHost', bridge)

ipcRenderer.on(PORT_CHANNEL, event => {
  window.postMessage({ kind: PORT_MESSAGE }, window.location.origin, [...event.ports])
})

ipcRenderer.on(SHOW_CHANNEL, (_event, fleet: unknown) => {
  if (typeof fleet === 'string') shown.tell(fleet)
})

ipcRenderer.on(COMMAND_CHANNEL, (_event, name: unknown) => {
  const command = HOST_COMMANDS.find(one => one === name)
  if (command === undefined) return
  // Still the only way to undo in a text field, and so kept by every browser.
  if ((command === 'undo' || command === 'redo') && isTextField(document.activeElement)) document.execCommand(command)
  else commands.tell(command)
})

/** Keeps the last value that arrives before the page listens, and hands it over when it does. */
function createHearing<T>() {
  const listeners = new Set<(told: T) => void>()
  let unheard: { readonly told: T } | undefined
  return {
    tell(told: T) {
      if (listeners.size === 0) unheard = { told }
      else for (const listener of listeners) listener(told)
    },
    listen(listener: (told: T) => void) {
      listeners.add(listener)
      if (unheard !== undefined) listener(unheard.told)
      unheard = undefined
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

function isTextField(element: Element | null): boolean {
  if (element instanceof HTMLElement && element.isContentEditable) return true
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
}
