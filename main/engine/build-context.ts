/// <reference path="./dockerignore.d.ts" />
import { constants } from 'node:fs'
import { lstat, open, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import ignore from '@balena/dockerignore'
import { type Pack, pack } from 'tar-stream'
import { fail } from '../../shared/failure.ts'

interface BuildContext {
  readonly tar: NodeJS.ReadableStream
  /** The Dockerfile's text. */
  readonly dockerfile: string
}

/**
 * A directory as the engine wants it for a build: a tar of what `.dockerignore` leaves in, links as links, no way out of
 * it. Files are read as they are sent. Fails `not-found` where there is no such directory or Dockerfile in it.
 */
export async function buildContext(directory: string, dockerfile: string): Promise<BuildContext> {
  if (!isAbsolute(directory)) fail('bad-input', `${directory} is no absolute path`)
  const inside = normalize(dockerfile)
  if (isAbsolute(inside) || inside.split(sep)[0] === '..') fail('bad-input', `${dockerfile} is not in ${directory}`)
  const self = await stat(directory).catch(() => null)
  if (self?.isDirectory() !== true) fail('not-found', `There is no directory ${directory}`)
  const text = await readFile(join(directory, inside), 'utf8').catch(() =>
    fail('not-found', `There is no ${dockerfile} in ${directory}`),
  )
  const rules = await readFile(join(directory, '.dockerignore'), 'utf8').catch(() => '')
  return { tar: packed(directory, rules, new Set([inside, '.dockerignore'])), dockerfile: text }
}

function packed(directory: string, rules: string, always: ReadonlySet<string>): NodeJS.ReadableStream {
  const tar = pack()
  const sent = new PassThrough()
  tar.on('error', error => sent.destroy(error))
  sent.on('close', () => tar.destroy())
  const walk: Walk = {
    tar,
    directory,
    isLeftOut: leftOutBy(rules, always),
    // Without a rule that takes something back, nothing below a folder that is left out can be in.
    mayReturn: /^\s*!/m.test(rules) || [...always].some(path => path.includes(sep)),
  }
  addFolder(walk, '').then(
    () => tar.finalize(),
    error => sent.destroy(error),
  )
  return tar.pipe(sent)
}

interface Walk {
  readonly tar: Pack
  readonly directory: string
  readonly isLeftOut: (path: string) => boolean
  readonly mayReturn: boolean
}

function leftOutBy(rules: string, always: ReadonlySet<string>): (path: string) => boolean {
  const rule = ignore().add(rules)
  return path => !always.has(path) && rule.ignores(path)
}

async function addFolder(walk: Walk, path: string): Promise<void> {
  const names = await readdir(join(walk.directory, path))
  for (const name of names.sort()) {
    if (walk.tar.destroyed) return
    await addOne(walk, path === '' ? name : join(path, name))
  }
}

async function addOne(walk: Walk, path: string): Promise<void> {
  const { tar, directory, isLeftOut, mayReturn } = walk
  const at = join(directory, path)
  const seen = await lstat(at)
  const isOut = isLeftOut(path)
  const name = path.split(sep).join('/')
  const header = { name, mode: seen.mode & 0o7777, mtime: seen.mtime }
  if (seen.isDirectory()) {
    if (!isOut) tar.entry({ ...header, name: `${name}/`, type: 'directory' })
    if (!isOut || mayReturn) await addFolder(walk, path)
  } else if (isOut) return
  else if (seen.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: await readlink(at) })
  // Sockets, pipes and devices are no part of a build.
  else if (seen.isFile()) await addFile(tar, at, header)
}

async function addFile(tar: Pack, at: string, header: { name: string; mode: number; mtime: Date }): Promise<void> {
  // Between the look and the reading a link may have taken its place: that one is not followed.
  const file = await open(at, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await file.stat()
    if (size === 0) {
      tar.entry(header, '')
      return
    }
    const content = file.createReadStream({ end: size - 1, autoClose: false })
    await pipeline(content, tar.entry({ ...header, size }))
  } finally {
    await file.close()
  }
}

/** The registries that a Dockerfile takes its bases from, as references. */
export function basesOf(dockerfile: string): string[] {
  const bases = [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(match => match[1] ?? '')
  return bases.filter(base => /^[A-Za-z0-9][\w.:@/-]*$/.test(base) && base !== 'scratch')
}
