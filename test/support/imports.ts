import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One import of one file, in any form: `import`, `export ... from`, `import()`, `import('...')` in a type. */
export interface Import {
  /** From the project's root, with slashes. */
  readonly file: string
  /** A path from the root for our own files, else the package: `node:fs`, `@mantine/core`. */
  readonly target: string
  /** Nothing of it is there when the program runs. */
  readonly isType: boolean
}

export interface Source {
  readonly file: string
  readonly imports: readonly Import[]
  /** Impure calls that a pure file must not make: the time, chance. */
  readonly impurities: readonly string[]
}

/** Every TypeScript file of the folders, and what each asks for. */
export function readSources(folders: readonly string[]): readonly Source[] {
  const patterns = folders.map(folder => `${folder}/**/*.{ts,tsx}`)
  return globSync(patterns, { cwd: root })
    .map(file => file.split(sep).join('/'))
    .filter(file => !file.includes('node_modules/') && !file.endsWith('.d.ts'))
    .sort()
    .map(readSource)
}

/** Groups of files each of which reaches every other one of its group by imports. */
export function importCircles(sources: readonly Source[]): readonly (readonly string[])[] {
  const targets = new Map(sources.map(({ file, imports }) => [file, imports.map(({ target }) => target)]))
  const reached = new Map([...targets.keys()].map(file => [file, reachedFrom(file, targets)]))
  const circles = [...reached].map(([file, others]) =>
    [...others].filter(other => reached.get(other)?.has(file) === true).sort(),
  )
  return [...new Map(circles.filter(circle => circle.length > 1).map(circle => [circle.join(), circle])).values()]
}

/** The file itself is among them only where a circle leads back to it. */
function reachedFrom(file: string, targets: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>()
  const next = [file]
  for (let at = next.pop(); at !== undefined; at = next.pop())
    for (const target of targets.get(at) ?? []) {
      if (reached.has(target)) continue
      reached.add(target)
      next.push(target)
    }
  return reached
}

function readSource(file: string): Source {
  const imports: Import[] = []
  const impurities: string[] = []
  const program = parseAst(readFileSync(join(root, file), 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' })
  visit(program, node => {
    const from = importOf(node)
    if (from !== null) imports.push({ file, target: targetOf(file, from.source), isType: from.isType })
    const impurity = impurityOf(node)
    if (impurity !== null) impurities.push(impurity)
  })
  return { file, imports, impurities }
}

function importOf(node: any): { source: string; isType: boolean } | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { source: node.source.value, isType: isTypeOnly(node.importKind, node.specifiers, 'importKind') }
    case 'ExportAllDeclaration':
      return { source: node.source.value, isType: node.exportKind === 'type' }
    case 'ExportNamedDeclaration':
      return (
        node.source && { source: node.source.value, isType: isTypeOnly(node.exportKind, node.specifiers, 'exportKind') }
      )
    case 'ImportExpression':
      return { source: node.source.value ?? 'something computed', isType: false }
    case 'TSImportType':
      return { source: node.source?.value ?? node.argument?.literal?.value ?? '', isType: true }
    default:
      return null
  }
}

/** `import 'x'` has no specifiers and runs all the same. */
function isTypeOnly(kind: string, specifiers: readonly any[], key: string): boolean {
  return kind === 'type' || (specifiers.length > 0 && specifiers.every(specifier => specifier[key] === 'type'))
}

function impurityOf(node: any): string | null {
  if (node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0) return 'new Date()'
  if (node.type !== 'MemberExpression') return null
  const name = `${node.object.name}.${node.property.name}`
  return ['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID'].includes(name) ? name : null
}

function targetOf(file: string, source: string): string {
  if (source.startsWith('.'))
    return relative(root, join(root, dirname(file), source))
      .split(sep)
      .join('/')
  if (source.startsWith('node:')) return source
  return source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/')
}

function visit(node: any, see: (node: any) => void): void {
  if (Array.isArray(node)) for (const inner of node) visit(inner, see)
  else if (typeof node === 'object' && node !== null) {
    if (typeof node.type === 'string') see(node)
    for (const inner of Object.values(node)) visit(inner, see)
  }
}
