import { createHash } from 'node:crypto'
import { chmod, unlink } from 'node:fs/promises'
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { Strangers } from '../../shared/strangers.ts'
import type { Port } from '../../shared/wire.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { readNoFasterThanHeard, socketPort } from './socket-port.ts'

/** The longest path that every system's socket address takes, in bytes, its ending NUL not counted. */
const LONGEST_PATH = 100
const HELLO_MS = 5_000
/** Connections that have not said hello yet. */
const MOST_STRANGERS = 64
/** Most bytes that a client may send before its hello is whole. */
const HELLO_BYTES = 64 * 1024
/** For clients that do not take what they are told. */
const PARTING_MS = 1_000
const PROTOCOL = 1

/** The first frame of a client: which protocol it speaks, and who is asking, for the journal. */
const Hello = z.strictObject({ protocol: z.literal(PROTOCOL), by: z.enum(['cli', 'user']) })
export type ControlClient = z.infer<typeof Hello>['by']

/** The last frame of an app that ends because it was asked to. After a lost connection there is a next app to look for; after this there is not. */
const Farewell = z.strictObject({ op: z.literal('farewell') })

export interface ControlServer {
  readonly address: string
  /** Tells every client that this is the end, not an accident. */
  close(): Promise<void>
}

export function isFarewell(message: unknown): boolean {
  return Farewell.safeParse(message).success
}

/** Where the app of this home listens: a socket in the home, or elsewhere if its path is too long; a named pipe on Windows. */
export function controlAddress(home: string, platform: string = process.platform): string {
  const digest = createHash('sha256').update(resolve(home)).digest('hex').slice(0, 24)
  if (platform === 'win32') return `\\\\.\\pipe\\flotilla-${digest}`
  const inside = join(resolve(home), 'control.sock')
  if (Buffer.byteLength(inside) <= LONGEST_PATH) return inside
  return join(tmpdir(), `flotilla-${userInfo().uid}`, `${digest}.sock`)
}

/**
 * Listens for clients of this home, each handed over as a port once it has said hello. A socket that a dead process left
 * behind is taken over. Fails with `conflict` when a living one answers there.
 */
export async function listenControl(
  home: string,
  onPort: (port: Port, by: ControlClient) => void,
): Promise<ControlServer> {
  const address = controlAddress(home)
  if (process.platform !== 'win32') makePrivateFolder(dirname(address))
  const ports = new Map<Socket, Port>()
  const strangers = new Strangers<Socket>(MOST_STRANGERS, socket => socket.destroy())
  const server = createServer(socket => {
    const port = socketPort(socket)
    ports.set(socket, port)
    strangers.add(socket)
    socket.on('close', () => {
      ports.delete(socket)
      strangers.delete(socket)
    })
    welcome(socket, port, by => {
      strangers.delete(socket)
      onPort(port, by)
    })
    readNoFasterThanHeard(socket)
  })
  await listen(server, address)
  if (process.platform !== 'win32') await chmod(address, 0o600)
  return {
    address,
    async close() {
      const closed = new Promise(done => server.close(done))
      for (const port of ports.values()) {
        port.send({ op: 'farewell' })
        port.close()
      }
      const timer = setTimeout(() => {
        for (const socket of ports.keys()) socket.destroy()
      }, PARTING_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

/** A port to the app of this home. Fails with `unreachable` when none runs. */
export function dialControl(home: string, by: ControlClient): Promise<Port> {
  return new Promise((done, failed) => {
    const socket = connectSocket(controlAddress(home))
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      const port = socketPort(socket)
      port.send({ protocol: PROTOCOL, by })
      done(port)
    })
  }).catch(cause =>
    fail('unreachable', 'Flotilla is not running for this home', {
      hint: 'Start it: flotilla serve --background',
      cause,
    }),
  ) as Promise<Port>
}

/** Calls `onHello` when the first frame is a hello, whole in time and size. Else the connection is closed. */
function welcome(socket: Socket, port: Port, onHello: (by: ControlClient) => void): void {
  const timer = setTimeout(() => socket.destroy(), HELLO_MS)
  port.onClose(() => clearTimeout(timer))
  const stop = port.receive(message => {
    stop()
    socket.off('data', count)
    clearTimeout(timer)
    const hello = Hello.safeParse(message)
    if (hello.success) onHello(hello.data.by)
    else port.close()
  })
  const count = () => {
    if (socket.bytesRead > HELLO_BYTES) socket.destroy()
  }
  // After the port's own listener: more than that may come with the hello, and not before it.
  socket.on('data', count)
}

async function listen(server: Server, address: string): Promise<void> {
  try {
    await listenOnce(server, address)
  } catch (error) {
    if (!isInUse(error)) throw error
    if (await answers(address)) fail('conflict', 'Flotilla is already running for this home')
    await unlink(address)
    await listenOnce(server, address)
  }
}

function listenOnce(server: Server, address: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(address, () => {
      server.off('error', failed)
      done()
    })
  })
}

function answers(address: string): Promise<boolean> {
  return new Promise(done => {
    const socket = connectSocket(address)
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
