import { fail } from '../failure.ts'
import type { Lookup } from './interpolate.ts'
import type { ListTree, MapTree, Note, ScalarTree, Tree } from './tree.ts'

/** The parts that all readers of a Compose file share. */
export interface ComposeContext {
  readonly fleet: string
  readonly lookup: Lookup
  /** Texts of the files that `env_file` may name, by their path as written there, without `./`. */
  readonly files: ReadonlyMap<string, string>
  /** Absolute; null when nobody knows where the file came from. */
  readonly directory: string | null
  /** Engine names of the declared volumes, by their key. */
  readonly volumes: ReadonlyMap<string, string>
  readonly notes: Note[]
}

/** Names something that the file says and we do not do. */
export function note(context: Pick<ComposeContext, 'notes'>, { line, path }: Tree, message: string): void {
  context.notes.push({ line, path, message })
}

/** Stops the import at a place that makes no sense. */
export function bad(tree: Pick<Tree, 'line' | 'path'>, message: string): never {
  fail('bad-input', `Line ${tree.line}, ${tree.path}: ${message}`)
}

export type KeyReaders = ReadonlyMap<string, (tree: Tree) => void>

/** Reads every key of a map; one that nobody reads is named, never dropped in silence. `x-` keys are the author's own. */
export function readKeys(context: ComposeContext, tree: Tree, readers: KeyReaders): void {
  for (const [key, value] of mapOf(tree).entries) {
    if (isNull(value)) continue
    const read = readers.get(key)
    if (read !== undefined) read(value)
    else if (!key.startsWith('x-')) note(context, value, `"${key}" is not supported and left out`)
  }
}

export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.isNull
}

export function mapOf(tree: Tree): MapTree {
  return tree.kind === 'map' ? tree : bad(tree, 'this must be a map')
}

export function listOf(tree: Tree): ListTree {
  return tree.kind === 'list' ? tree : bad(tree, 'this must be a list')
}

function scalarOf(tree: Tree): ScalarTree {
  return tree.kind === 'scalar' ? tree : bad(tree, 'this must be a single value')
}

export function textOf(tree: Tree): string {
  return scalarOf(tree).text
}

/** A list of texts; a single one stands for a list of one. */
export function textsOf(tree: Tree): string[] {
  return tree.kind === 'list' ? tree.items.map(textOf) : [textOf(tree)]
}

export function flagOf(tree: Tree): boolean {
  const text = textOf(tree).toLowerCase()
  if (['true', 'yes', 'on', 'y', '1'].includes(text)) return true
  return ['false', 'no', 'off', 'n', '0'].includes(text) ? false : bad(tree, 'this must be true or false')
}

/** Parses the text, or fails with the shape that it should have had. */
export function parsed<T>(tree: Tree, parse: (text: string) => T | null, wanted: string): T {
  const text = textOf(tree)
  return parse(text) ?? bad(tree, `${JSON.stringify(text)} is not ${wanted}`)
}

/** `NAME=value` lines or a map, as pairs; the value is null where only the name is said. */
export function pairsOf(tree: Tree): { name: string; value: string | null; at: Tree }[] {
  if (tree.kind === 'map') {
    return [...tree.entries].map(([name, value]) => ({ name, value: isNull(value) ? null : textOf(value), at: value }))
  }
  return listOf(tree).items.map(at => {
    const text = textOf(at)
    const equals = text.indexOf('=')
    return equals === -1
      ? { name: text, value: null, at }
      : { name: text.slice(0, equals), value: text.slice(equals + 1), at }
  })
}
