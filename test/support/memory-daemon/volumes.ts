import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from './container.ts'
import { emptyFiles, type Files, node } from './files.ts'
import { refuse, type Tell } from './refusal.ts'

interface Volume {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly created: string
  readonly mountpoint: string
  readonly files: Files
}

/** Most bytes of a folder of this machine that are read where it is mounted. */
const MOST_BOUND = 1024 * 1024

export class Volumes {
  readonly all = new Map<string, Volume>()
  readonly #tell: Tell
  readonly #users: () => Iterable<Container>
  readonly #bound = new Map<string, Files>()

  constructor(tell: Tell, users: () => Iterable<Container>) {
    this.#tell = tell
    this.#users = users
  }

  create(name: string, labels: Readonly<Record<string, string>>): Volume {
    const before = this.all.get(name)
    if (before !== undefined) return before
    const mountpoint = `/var/lib/docker/volumes/${name}/_data`
    const volume = { name, labels, mountpoint, created: new Date().toISOString(), files: emptyFiles() }
    this.all.set(name, volume)
    this.#tell('volume', 'create', name, { driver: 'local' })
    return volume
  }

  find(name: string): Volume {
    return this.all.get(name) ?? refuse(404, `get ${name}: no such volume`)
  }

  usersOf(name: string): Container[] {
    return [...this.#users()].filter(({ parts }) => parts.mounts.some(mount => mount.name === name))
  }

  remove(name: string): void {
    this.find(name)
    const users = this.usersOf(name).map(({ id }) => id)
    if (users.length > 0) refuse(409, `remove ${name}: volume is in use - [${users.join(', ')}]`)
    this.all.delete(name)
    this.#tell('volume', 'destroy', name, { driver: 'local' })
  }

  /** A folder of this machine as it was when it was first mounted: nothing is written back. */
  bound(source: string): Files {
    const files = this.#bound.get(source) ?? emptyFiles()
    this.#bound.set(source, files)
    let left = MOST_BOUND
    const read = (from: string, to: string) => {
      const found = lstatSync(from)
      const { size, mode } = found
      if (found.isDirectory()) {
        files.set(to, node('directory', { mode: mode & 0o7777 }))
        if (left > 0 && source !== '/tmp') for (const name of readdirSync(from)) read(join(from, name), join(to, name))
      } else if (found.isFile() && size <= left) {
        left -= size
        files.set(to, node('file', { mode: mode & 0o7777, content: readFileSync(from) }))
      }
    }
    if (files.size === 1) read(source, '/')
    return files
  }
}
