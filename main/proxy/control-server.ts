import { statSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { toFailure } from '../../shared/failure.ts'
import { CONTROL_PROTOCOL, ControlCall, type ControlReply } from '../../shared/proxy-control.ts'
import { Strangers } from '../../shared/strangers.ts'
import type { DataPlane } from './data-plane.ts'
import { hasCode } from './error-code.ts'
import { readDocuments, writeDocument } from './lines.ts'

const FEED_MS = 1_000
/** From a connection to its first call. */
const FIRST_CALL_MS = 5_000
const FIRST_CALL_BYTES = 64 * 1024
/** Connections that have not made a call yet. */
const MOST_STRANGERS = 64

export interface ControlEvents {
  /** The app wants this process to end: it keeps what is in flight for up to `ms`. */
  onRetire(ms: number): void
}

export interface Control {
  /** Whether anyone is connected. */
  readonly isInUse: boolean
  /** Whether the socket in the file system is still this process's own: 'gone' when nothing stands there. */
  check(): 'ours' | 'gone' | 'other'
  close(): void
}

/** Serves the control socket. Resolves to undefined when another proxy already answers there. */
export async function openControl(path: string, plane: DataPlane, events: ControlEvents): Promise<Control | undefined> {
  const sockets = new Set<Socket>()
  const strangers = new Strangers<Socket>(MOST_STRANGERS, socket => socket.destroy())
  const server = createServer(socket => {
    sockets.add(socket)
    strangers.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveControl(socket, plane, { ...events, onFirstCall: () => strangers.delete(socket) })
  })
  if (!(await listen(server, path))) {
    if (await answers(path)) return undefined
    // Left behind by a process that was killed.
    removeSocket(path)
    if (!(await listen(server, path))) return undefined
  }
  const own = inode(path)
  return {
    get isInUse() {
      return sockets.size > 0
    },
    check: () => {
      const now = inode(path)
      return now === own ? 'ours' : now === undefined ? 'gone' : 'other'
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.end()
    },
  }
}

interface ConnectionEvents extends ControlEvents {
  onFirstCall(): void
}

function serveControl(socket: Socket, plane: DataPlane, events: ConnectionEvents): void {
  const running = new Map<number, AbortController>()
  let highest = -1
  let feed: NodeJS.Timeout | undefined
  const reply = (message: ControlReply) => writeDocument(socket, message)

  async function answer(call: ControlCall): Promise<void> {
    const { id } = call
    switch (call.op) {
      case 'hello':
        return reply({
          id,
          op: 'hello',
          protocol: CONTROL_PROTOCOL,
          pid: process.pid,
          number: plane.routes.table.number,
          routes: plane.routes.table.routes,
          closed: plane.closed,
        })
      case 'apply': {
        // A higher number replaces a lower one. An app that comes anew may have counted from zero: its first table holds.
        const isStale = call.table.number < highest
        highest = Math.max(highest, call.table.number)
        return reply({ id, op: 'ack', ack: await plane.apply(isStale ? plane.routes.table : call.table) })
      }
      case 'drained': {
        const abort = new AbortController()
        running.set(id, abort)
        const { cut } = await plane.drained(call.upstreamIds, abort.signal)
        running.delete(id)
        return reply({ id, op: 'drained', cut })
      }
      case 'cancel':
        running.get(call.of)?.abort()
        return reply({ id, op: 'done' })
      case 'follow':
        clearInterval(feed)
        reply({ id, op: 'traffic', traffic: plane.traffic() })
        feed = setInterval(() => reply({ id, op: 'traffic', traffic: plane.traffic() }), FEED_MS)
        return
      case 'retire':
        reply({ id, op: 'done' })
        return events.onRetire(call.ms)
    }
  }

  readDocuments(socket, document => {
    const call = ControlCall.safeParse(document)
    if (!call.success) {
      socket.destroy()
      return
    }
    endWait()
    answer(call.data).catch(error => reply({ id: call.data.id, op: 'failure', failure: toFailure(error) }))
  })
  const endWait = awaitFirstCall(socket, events.onFirstCall)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    endWait()
    clearInterval(feed)
    for (const abort of running.values()) abort.abort()
  })
}

/** Closes a connection whose first call is not whole in time and size. Returns what ends the wait. */
function awaitFirstCall(socket: Socket, onFirstCall: () => void): () => void {
  const timer = setTimeout(() => socket.destroy(), FIRST_CALL_MS)
  const count = () => {
    if (socket.bytesRead > FIRST_CALL_BYTES) socket.destroy()
  }
  socket.on('data', count)
  return () => {
    clearTimeout(timer)
    socket.off('data', count)
    onFirstCall()
  }
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error))
    server.once('error', onError)
    server.listen(path, () => {
      server.removeListener('error', onError)
      server.on('error', () => undefined)
      resolve(true)
    })
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('close', () => socket.destroy())
    socket.setTimeout(2_000, () => {
      resolve(false)
      socket.destroy()
    })
    socket.on('connect', () => socket.destroy())
  })
}

function removeSocket(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/** Named pipes have none: they cannot be replaced under a running process. */
function inode(path: string): number | undefined {
  if (process.platform === 'win32') return 0
  return statSync(path, { throwIfNoEntry: false })?.ino
}
