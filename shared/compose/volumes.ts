import type { Mount } from '../model/run-config.ts'
import { volumeName } from '../rules/names.ts'
import { bad, type ComposeContext, flagOf, listOf, mapOf, note, readKeys, textOf, textsOf } from './context.ts'
import type { MapTree, Tree } from './tree.ts'

/** The top-level `volumes`: the name in the engine of each, and those that are ours to make. */
export function readVolumes(context: ComposeContext, tree: Tree): { names: Map<string, string>; own: string[] } {
  const names = new Map<string, string>()
  const own: string[] = []
  for (const [key, value] of mapOf(tree).entries) {
    let name: string | undefined
    let isExternal = false
    const readers = new Map<string, (part: Tree) => void>([
      ['name', part => (name = textOf(part))],
      ['external', part => (isExternal = part.kind === 'map' || flagOf(part))],
      ['driver', part => textOf(part) !== 'local' && note(context, part, 'the driver is left out: volumes are local')],
    ])
    if (value.kind === 'map') readKeys(context, value, readers)
    const engineName = name ?? (isExternal ? key : volumeName(context.fleet, key))
    names.set(key, engineName)
    if (!isExternal) own.push(engineName)
  }
  return { names, own }
}

export function readMounts(context: ComposeContext, tree: Tree): Mount[] {
  return listOf(tree).items.flatMap(item =>
    item.kind === 'map' ? longMount(context, item) : shortMount(context, item),
  )
}

/** `tmpfs: /run` and `tmpfs: [/run, "/tmp:size=64m"]` */
export function readTmpfs(context: ComposeContext, tree: Tree): Mount[] {
  return textsOf(tree).map(text => {
    const [target = '', options] = text.split(':')
    const unknown = options?.split(',').filter(option => option !== 'ro' && option !== 'rw')
    if (unknown !== undefined && unknown.length > 0)
      note(context, tree, `tmpfs options are left out: ${unknown.join(', ')}`)
    return { kind: 'tmpfs', source: '', target, readOnly: options?.split(',').includes('ro') ?? false }
  })
}

/** `TARGET`, `SOURCE:TARGET` or `SOURCE:TARGET:MODE`; a drive letter is not a source. */
function shortMount(context: ComposeContext, tree: Tree): Mount[] {
  const text = textOf(tree)
  const parts = text.match(/^([A-Za-z]:[\\/][^:]*|[^:]*)(?::([^:]*))?(?::([^:]*))?$/)
  if (parts === null || text === '') return bad(tree, `${JSON.stringify(text)} is not a volume`)
  const [, first = '', second, mode = ''] = parts
  const modes = mode === '' ? [] : mode.split(',')
  const readOnly = modes.includes('ro')
  const ignored = modes.filter(part => !['ro', 'rw', 'cached', 'delegated', 'consistent'].includes(part))
  if (ignored.length > 0) note(context, tree, `mount options are left out: ${ignored.join(', ')}`)
  if (second === undefined) return [{ kind: 'volume', source: '', target: targetOf(tree, first), readOnly }]
  const target = targetOf(tree, second)
  return isPath(first)
    ? bind(context, tree, { source: first, target, readOnly })
    : [named(context, tree, { source: first, target, readOnly })]
}

function longMount(context: ComposeContext, tree: MapTree): Mount[] {
  let kind = 'volume'
  let source = ''
  let target = ''
  let readOnly = false
  const readers = new Map<string, (value: Tree) => void>([
    ['type', value => (kind = textOf(value))],
    ['source', value => (source = textOf(value))],
    ['target', value => (target = targetOf(value, textOf(value)))],
    ['read_only', value => (readOnly = flagOf(value))],
    ['consistency', () => {}],
  ])
  readKeys(context, tree, readers)
  if (target === '') return bad(tree, 'a mount needs a target')
  const what = { source, target, readOnly }
  if (kind === 'bind') return source === '' ? bad(tree, 'a bind mount needs a source') : bind(context, tree, what)
  if (kind === 'tmpfs') return [{ kind, ...what, source: '' }]
  if (kind === 'volume') return [source === '' ? { kind, ...what } : named(context, tree, what)]
  note(context, tree, `mounts of type ${kind} are not supported; it is left out`)
  return []
}

type What = Omit<Mount, 'kind'>

function named(context: ComposeContext, tree: Tree, what: What): Mount {
  const name = context.volumes.get(what.source)
  if (name === undefined) return bad(tree, `the volume ${what.source} is not declared under "volumes"`)
  return { kind: 'volume', ...what, source: name }
}

/** A relative path is relative to the file; without knowing where that was, there is nothing to mount. */
function bind(context: ComposeContext, tree: Tree, what: What): Mount[] {
  const home = context.lookup('HOME')
  const source = what.source.startsWith('~') && home !== undefined ? home + what.source.slice(1) : what.source
  if (/^(?:\/|[A-Za-z]:[\\/])/.test(source)) return [{ kind: 'bind', ...what, source: tidy(source) }]
  if (context.directory !== null && source.startsWith('.'))
    return [{ kind: 'bind', ...what, source: tidy(`${context.directory}/${source}`) }]
  note(context, tree, `the mount of ${source} is left out: where it is relative to is not known`)
  return []
}

function isPath(source: string): boolean {
  return /^(?:[./~]|[A-Za-z]:[\\/])/.test(source)
}

function targetOf(tree: Tree, text: string): string {
  return text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text)
    ? text
    : bad(tree, `${JSON.stringify(text)} is not an absolute path`)
}

/** `/srv/app/./../data` is `/srv/data`. A Windows path is left as it is. */
function tidy(path: string): string {
  if (!path.startsWith('/')) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
