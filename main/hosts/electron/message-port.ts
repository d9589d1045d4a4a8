import type { MessagePortMain } from 'electron'
import type { Port } from '../../../shared/wire.ts'

/** One end of Electron's own channel, as a Port. */
export function messagePort(port: MessagePortMain): Port {
  let isClosed = false
  port.once('close', () => {
    isClosed = true
  })
  return {
    send(message) {
      if (!isClosed) port.postMessage(message)
    },
    receive(listener) {
      const onMessage = (event: Electron.MessageEvent) => listener(event.data)
      port.on('message', onMessage)
      // Messages wait in the channel until now.
      port.start()
      return () => port.off('message', onMessage)
    },
    onClose(listener) {
      if (isClosed) listener()
      else port.once('close', listener)
    },
    close: () => port.close(),
  }
}
