import { BAD_TOKEN, type HostBridge, PORT_MESSAGE, SOCKET_PATH } from '../shared/bridge.ts'
import { FailureError } from '../shared/failure.ts'
import type { Port } from '../shared/wire.ts'

declare global {
  interface Window {
    readonly flotillaHost?: HostBridge
  }
}

/** How this page reaches the app: through Electron's bridge where there is one, else through a socket of its own host. */
export function openPort(): Promise<Port> {
  const host = window.flotillaHost
  if (host !== undefined) return openBridge(host)
  const secret = takeToken()
  if (secret === '') {
    denied = true
    return Promise.reject(new FailureError({ code: 'refused', message: 'This address lacks its key' }))
  }
  return openSocket(secret)
}

function openBridge(host: HostBridge): Promise<Port> {
  return new Promise(resolve => {
    const onMessage = (event: MessageEvent) => {
      const [channel] = event.ports
      if (event.source !== window || event.data?.kind !== PORT_MESSAGE || channel === undefined) return
      window.removeEventListener('message', onMessage)
      resolve(channelPort(channel))
    }
    window.addEventListener('message', onMessage)
    host.requestPort()
  })
}

function channelPort(channel: MessagePort): Port {
  channel.start()
  return {
    send: message => channel.postMessage(message),
    receive(listener) {
      const onMessage = (event: MessageEvent) => listener(event.data)
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
    onClose: listener => channel.addEventListener('close', listener),
    close: () => channel.close(),
  }
}

let token = ''

/**
 * The URL's fragment, taken out of the address bar into memory and kept nowhere else: browsers write a tab's history to
 * disk, its state included. So a page that is loaded again has no token, and says how to get a fresh address.
 */
function takeToken(): string {
  const fresh = location.hash.slice(1)
  if (fresh === '') return token
  token = fresh
  denied = false
  history.replaceState(null, '', location.pathname + location.search)
  return token
}

/** Hears that a fresh address was entered in this very tab: the browser then loads nothing, as only the fragment differs. */
export function onFreshAddress(listener: () => void): () => void {
  const onChange = () => {
    if (window.flotillaHost !== undefined || location.hash.length <= 1) return
    takeToken()
    listener()
  }
  window.addEventListener('hashchange', onChange)
  return () => window.removeEventListener('hashchange', onChange)
}

function openSocket(secret: string): Promise<Port> {
  const address = new URL(SOCKET_PATH, location.href)
  address.protocol = address.protocol.replace('http', 'ws')
  const socket = new WebSocket(address)
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ token: secret }))
      resolve(socketPort(socket))
    })
    socket.addEventListener('error', () => {
      reject(new FailureError({ code: 'unreachable', message: 'Flotilla does not answer at this address' }))
    })
  })
}

function socketPort(socket: WebSocket): Port {
  return {
    send: message => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)),
    receive(listener) {
      const onMessage = (event: MessageEvent) => {
        if (typeof event.data === 'string') listener(JSON.parse(event.data))
      }
      socket.addEventListener('message', onMessage)
      return () => socket.removeEventListener('message', onMessage)
    },
    onClose: listener =>
      socket.addEventListener('close', event => {
        if (event.code === BAD_TOKEN) denied = true
        listener()
      }),
    close: () => socket.close(),
  }
}

let denied = false

/** Whether the app does not know this page's token: to try again would not help. */
export function isDenied(): boolean {
  return denied
}
