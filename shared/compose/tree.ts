import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Node as YamlNode,
} from 'yaml'
import { fail } from '../failure.ts'
import { interpolate, type Lookup } from './interpolate.ts'

/** A place in a Compose file, with aliases, merges and variables resolved. `line` counts from 1. */
export type Tree = MapTree | ListTree | ScalarTree

interface SourcePosition {
  readonly line: number
  /** `services.web.ports[0]` */
  readonly path: string
}
export interface MapTree extends SourcePosition {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Tree>
}
export interface ListTree extends SourcePosition {
  readonly kind: 'list'
  readonly items: readonly Tree[]
}
export interface ScalarTree extends SourcePosition {
  readonly kind: 'scalar'
  /** As Compose would print it; empty for null. */
  readonly text: string
  readonly isNull: boolean
  readonly isString: boolean
}

/** Something that the file says and we do not do, or do otherwise. */
export interface Note extends SourcePosition {
  readonly message: string
}

/** More than any real file has, far less than one that doubles itself by aliases. */
const MOST_NODES = 50_000
const DEEPEST = 60

/** Reads the YAML text of a Compose file. Fails `bad-input` with the line. */
export function readTree(yaml: string, lookup: Lookup): { root: MapTree; notes: Note[] } {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, stringKeys: true, logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined)
    fail('bad-input', `The Compose file is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`)
  const reader = new Reader(document, lines, lookup)
  for (const warning of document.warnings) reader.note(warning.pos[0], '', warning.message.split('\n')[0] ?? '')
  const root = reader.read(document.contents, { line: 1, path: '' }, 0)
  if (root.kind !== 'map') fail('bad-input', 'The Compose file says nothing', { hint: 'It needs a "services" section' })
  return { root, notes: reader.notes }
}

class Reader {
  readonly notes: Note[] = []
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #lookup: Lookup
  readonly #unset = new Set<string>()
  #nodes = 0

  constructor(document: Document, lines: LineCounter, lookup: Lookup) {
    this.#document = document
    this.#lines = lines
    this.#lookup = lookup
  }

  note(offset: number, path: string, message: string): void {
    this.notes.push({ line: this.#lines.linePos(offset).line, path, message })
  }

  read(node: unknown, at: SourcePosition, depth: number): Tree {
    this.#nodes += 1
    const place = { line: this.#lineOf(node) ?? at.line, path: at.path }
    if (this.#nodes > MOST_NODES || depth > DEEPEST)
      fail('bad-input', `Line ${place.line}: the Compose file unfolds into too much`)
    if (isAlias(node)) return this.read(this.#resolve(node, place), at, depth + 1)
    if (isMap(node)) return { kind: 'map', ...place, entries: this.#entries(node.items, place, depth) }
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.read(item, { line: place.line, path: `${at.path}[${index}]` }, depth + 1),
      )
      return { kind: 'list', ...place, items }
    }
    return this.#scalar(node, place)
  }

  /** `<<` brings in what the map itself does not say; of several merged maps the first one counts. */
  #entries(pairs: readonly Pair[], place: SourcePosition, depth: number): ReadonlyMap<string, Tree> {
    const own = new Map<string, Tree>()
    const merged = new Map<string, Tree>()
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? String(key.value) : String(key)
      const below = { line: this.#lineOf(key) ?? place.line, path: place.path === '' ? name : `${place.path}.${name}` }
      if (name !== '<<') {
        own.set(name, this.read(value, below, depth + 1))
        continue
      }
      const source = this.read(value, place, depth + 1)
      for (const part of source.kind === 'list' ? source.items : [source]) {
        if (part.kind !== 'map') fail('bad-input', `Line ${part.line}: << merges maps only`)
        for (const [inherited, tree] of part.entries) if (!merged.has(inherited)) merged.set(inherited, tree)
      }
    }
    return new Map([...merged, ...own])
  }

  #scalar(node: unknown, place: SourcePosition): ScalarTree {
    const value = isScalar(node) ? node.value : null
    if (typeof value === 'string') {
      const to = {
        lookup: this.#lookup,
        onUnset: (name: string) => this.#noteUnset(name, place),
        where: `Line ${place.line}`,
      }
      // Extensions are the author's own; what they hold for other tools may be full of dollars.
      const isForeign = /^x-(?!flotilla)/.test(place.path)
      return {
        kind: 'scalar',
        ...place,
        text: isForeign ? value : interpolate(value, to),
        isNull: false,
        isString: true,
      }
    }
    const source = isScalar(node) ? (node.source ?? '') : ''
    return {
      kind: 'scalar',
      ...place,
      text: value === null ? '' : textOf(value, source),
      isNull: value === null,
      isString: false,
    }
  }

  #noteUnset(name: string, place: SourcePosition): void {
    if (this.#unset.has(name)) return
    this.#unset.add(name)
    this.notes.push({ ...place, message: `the variable ${name} is not set; it is taken as empty` })
  }

  #resolve(alias: Alias, place: SourcePosition): YamlNode {
    return alias.resolve(this.#document) ?? fail('bad-input', `Line ${place.line}: there is no anchor ${alias.source}`)
  }

  #lineOf(node: unknown): number | undefined {
    const range = (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range
    return range ? this.#lines.linePos(range[0]).line : undefined
  }
}

/** A number that JavaScript would round or shorten (a long id, `007`) is kept as it was written. */
function textOf(value: unknown, source: string): string {
  if (typeof value !== 'number') return String(value)
  const isExact = Number.isSafeInteger(value) ? !/^[-+]?0\d/.test(source) : /[.e]/i.test(source)
  return isExact ? String(value) : source
}
