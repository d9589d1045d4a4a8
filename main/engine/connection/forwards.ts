import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { fail } from '../../../shared/failure.ts'
import { createForwardServer, type ForwardServer, type PublishedPort } from './forward-server.ts'

/** Local sockets of this user alone, each of which leads to a port of a container on another machine. */
interface Forwards {
  /** The path of the socket: the same for a container's port, wherever that is published after a restart. */
  pathOf(published: PublishedPort): string
  /** Closes the sockets of containers that are no more. */
  keepOnly(isThere: (containerId: string) => boolean): void
  close(): void
}

interface Forward extends ForwardServer {
  readonly path: string
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
    // Only one process has this home open: a socket that is there was left by one that was killed.
    if (process.platform !== 'win32') rmSync(path, { force: true })
    const forward = Object.assign(createForwardServer(to, input.open), { path })
    forward.server.on('error', error => input.log(`the socket for ${key} cannot be opened: ${error.message}`))
    forward.server.listen(path)
    return forward
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
        forward.end()
      }
    },
    close() {
      for (const forward of forwards.values()) forward.end()
      forwards.clear()
    },
  }
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
