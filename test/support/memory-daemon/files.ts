import { posix } from 'node:path'

/** A file, folder or link at a path. A node is never changed but replaced, so a copy of a tree costs a Map. */
export interface FileNode {
  readonly kind: 'file' | 'directory' | 'symlink' | 'fifo'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: Date
  readonly content: Buffer
  readonly linkTo: string
}

/** Absolute paths without a slash at their end; the root is `/`. */
export type Files = Map<string, FileNode>

const EMPTY = Buffer.alloc(0)

export function node(kind: FileNode['kind'], said: Partial<FileNode> = {}): FileNode {
  const mode = kind === 'directory' ? 0o755 : kind === 'symlink' ? 0o777 : 0o644
  return { kind, mode, uid: 0, gid: 0, mtime: new Date(), content: EMPTY, linkTo: '', ...said }
}

export function emptyFiles(): Files {
  return new Map([['/', node('directory')]])
}

/** Why a path cannot be used, in the words of a C library. */
export class FileError extends Error {}

export interface Mounted {
  readonly target: string
  readonly files: Files
  readonly isReadOnly: boolean
}

interface Place {
  readonly files: Files
  readonly path: string
  readonly isReadOnly: boolean
}

/** The file system that a container sees: its own files, and volumes over them. */
export class FileView {
  readonly root: Files
  readonly mounts: readonly Mounted[]
  readonly #isReadOnly: boolean

  constructor(root: Files, mounts: readonly Mounted[] = [], isReadOnly = false) {
    this.root = root
    this.mounts = [...mounts].sort((a, b) => b.target.length - a.target.length)
    this.#isReadOnly = isReadOnly
  }

  /** The path with every link on its way followed, the last one too unless it is to be kept. */
  resolve(path: string, keepLast = false): string {
    let at = '/'
    const words = posix.normalize(path).split('/').filter(Boolean)
    for (let followed = 0; words.length > 0; ) {
      const next = posix.join(at, words.shift() ?? '')
      const found = this.#at(next)
      if (found?.kind !== 'symlink' || (keepLast && words.length === 0)) at = next
      else {
        if (++followed > 40) throw new FileError('Too many levels of symbolic links')
        const target = posix.resolve(at, found.linkTo)
        words.unshift(...target.split('/').filter(Boolean))
        at = '/'
      }
    }
    return at
  }

  get(path: string, keepLast = false): FileNode | undefined {
    return this.#at(this.resolve(path, keepLast))
  }

  read(path: string): Buffer {
    if (path === '/dev/null') return EMPTY
    const found = this.get(path) ?? missing()
    if (found.kind === 'directory') throw new FileError('Is a directory')
    return found.content
  }

  /** Also through the other names of the same file. */
  write(path: string, content: Buffer): void {
    if (path === '/dev/null') return
    const at = this.resolve(path)
    const before = this.#at(at)
    if (before?.kind === 'directory') throw new FileError('Is a directory')
    this.put(at, before === undefined ? node('file', { content }) : { ...before, content, mtime: new Date() })
  }

  put(path: string, next: FileNode): void {
    const at = this.resolve(path, true)
    const { files, path: key } = this.#writable(at)
    if (this.#at(posix.dirname(at))?.kind !== 'directory') missing()
    const before = files.get(key)
    if (before?.kind === 'file' && next.kind === 'file')
      for (const [other, one] of files) if (one === before) files.set(other, next)
    files.set(key, next)
  }

  makeFolder(path: string, withParents: boolean): void {
    const at = this.resolve(path)
    if (this.#at(at) !== undefined) {
      if (withParents) return
      throw new FileError('File exists')
    }
    if (withParents && at !== '/') this.makeFolder(posix.dirname(at), true)
    this.put(at, node('directory'))
  }

  remove(path: string): void {
    const at = this.resolve(path, true)
    const { files, path: key } = this.#writable(at)
    if (!files.has(key)) missing()
    for (const one of [...files.keys()]) if (one === key || one.startsWith(`${key}/`)) files.delete(one)
  }

  /** The names in a folder, sorted. */
  list(path: string): string[] {
    const at = this.resolve(path)
    const found = this.#at(at) ?? missing()
    if (found.kind !== 'directory') return [posix.basename(path)]
    const { files, path: key } = this.#place(at)
    const names = [...files.keys()]
      .filter(one => one !== '/' && posix.dirname(one) === key)
      .map(one => posix.basename(one))
    const mounted = this.mounts
      .filter(({ target }) => posix.dirname(target) === at)
      .map(({ target }) => posix.basename(target))
    return [...new Set([...names, ...mounted])].sort()
  }

  /** A path and all below it, by their paths. */
  walk(path: string): [string, FileNode][] {
    const found = this.get(path, true) ?? missing()
    if (found.kind !== 'directory') return [[path, found]]
    return [[path, found], ...this.list(path).flatMap(name => this.walk(posix.join(path, name)))]
  }

  #at(path: string): FileNode | undefined {
    const { files, path: key } = this.#place(path)
    return files.get(key)
  }

  #place(path: string): Place {
    const mount = this.mounts.find(({ target }) => path === target || path.startsWith(`${target}/`))
    if (mount === undefined) return { files: this.root, path, isReadOnly: this.#isReadOnly }
    return { ...mount, path: path.slice(mount.target.length) || '/' }
  }

  #writable(path: string): Place {
    const place = this.#place(path)
    if (place.isReadOnly) throw new FileError('Read-only file system')
    return place
  }
}

function missing(): never {
  throw new FileError('No such file or directory')
}
