import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { fail } from '../../../shared/failure.ts'

/** How long a connection waits for a lost engine to be found again. Milliseconds. */
const WAIT_MS = 10_000

/** A published port of a container, where its engine's own machine reaches it. */
interface PublishedPort {
  readonly containerId: string
  readonly port: number
  readonly host: string
  readonly hostPort: number
}

/** Local sockets of this user alone, each of which leads to a port of a container on another machine. */
interface Forwards {
  /** The path of the socket: the same for a container's port, wherever that is published after a restart. */
  pathOf(published: PublishedPort): string
  /** Closes the sockets of containers that are no more. */
  keepOnly(isThere: (containerId: string) => boolean): void
  close(): void
}

interface Forward {
  readonly server: Server
  readonly path: string
  readonly connections: Set<Socket>
  to: PublishedPort
}

/** `open` yields a connection to a port of the engine's machine, once there is a way there. */
export function createForwards(input: {
  readonly home: string
  readonly open: (host: string, port: number) => Promise<Duplex>
  readonly log: (message: string) => void
}): Forwards {
  const forwards = new Map<string, Forward>()
  let folder: string | undefined

  function listen(to: PublishedPort, key: string): Forward {
    folder ??= privateFolder(input.home)
    const name = createHash('sha256').update(key).digest('hex').slice(0, 20)
    const path = process.platform === 'win32' ? `\\\\.\\pipe\\flotilla-forward-${name}` : join(folder, name)
    // One process at a time has this home open: what is there was left by one that was killed.
    if (process.platform !== 'win32') rmSync(path, { force: true })
    const connections = new Set<Socket>()
    const server = createServer({ allowHalfOpen: true }, socket => {
      connections.add(socket)
      socket.once('close', () => connections.delete(socket))
      carry(socket, within(input.open(forward.to.host, forward.to.hostPort)))
    })
    server.on('error', error => input.log(`the socket for ${key} cannot be opened: ${error.message}`))
    const forward: Forward = { server, path, connections, to }
    server.listen(path)
    return forward
  }

  function end({ server, connections }: Forward): void {
    server.close()
    for (const connection of connections) connection.destroy()
  }

  return {
    pathOf(to) {
      const key = `${resolve(input.home)} ${to.containerId}:${to.port}`
      const forward = forwards.get(key) ?? listen(to, key)
      forward.to = to
      forwards.set(key, forward)
      return forward.path
    },
    keepOnly(isThere) {
      for (const [key, forward] of forwards) {
        if (isThere(forward.to.containerId)) continue
        forwards.delete(key)
        end(forward)
      }
    },
    close() {
      for (const forward of forwards.values()) end(forward)
      forwards.clear()
    },
  }
}

function carry(local: Socket, opening: Promise<Duplex>): void {
  local.on('error', () => local.destroy())
  opening.then(
    remote => {
      const end = () => {
        remote.destroy()
        local.destroy()
      }
      remote.on('error', end)
      local.on('error', end)
      local.on('close', () => remote.destroy())
      remote.on('close', () => {
        // What broke off must not look like an end.
        if (!remote.readableEnded) local.destroy()
      })
      if (local.destroyed) remote.destroy()
      else local.pipe(remote).pipe(local)
    },
    () => local.destroy(),
  )
}

async function within(opening: Promise<Duplex>): Promise<Duplex> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(new Error('no way to the engine'))
    }, WAIT_MS)
  })
  // Whoever waits has gone by then.
  opening.then(
    stream => {
      stream.on('error', () => {})
      if (isLate) stream.destroy()
    },
    () => {},
  )
  return Promise.race([opening, late]).finally(() => clearTimeout(timer))
}

/** A folder of this user alone, where the paths of sockets are short. Another user's of that name is not used. */
function privateFolder(home: string): string {
  if (process.platform === 'win32') return ''
  const { uid } = userInfo()
  const base = join(tmpdir(), `flotilla-${uid}`)
  mkdirSync(base, { recursive: true, mode: 0o700 })
  const stat = lstatSync(base)
  const isOurs = stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0
  if (!isOurs) fail('refused', `${base} belongs to another user`)
  const folder = join(base, createHash('sha256').update(resolve(home)).digest('hex').slice(0, 20), 'ports')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
