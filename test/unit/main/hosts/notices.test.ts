import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { billOf, noticesOf } from '../../../../main/hosts/setup/notices.ts'
import { shippedPackages } from '../../../../main/hosts/setup/shipped-packages.ts'
import { readSources, root } from '../../../support/imports.ts'

interface Bill {
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly purl: string
    readonly licenses: readonly object[]
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

const packages = shippedPackages(root)
const bill = billOf(packages, '1.2.3') as Bill
const notices = noticesOf(packages)

/** The packages that are reached from the names that our code imports, found as Node finds them and not by the lock file. */
function reachable(): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (name: string, from: string): void => {
    const folder = placeOf(name, from)
    if (folder === undefined || found.has(folder)) return
    const { version, dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    found.set(folder, `${name}@${version}`)
    for (const needed of Object.keys(dependencies)) visit(needed, folder)
  }
  const sources = readSources(['main', 'shared', 'renderer']).filter(({ file }) => !/vite\.config|\/setup\//.test(file))
  const imported = sources.flatMap(({ imports }) => imports).filter(({ isType }) => !isType)
  for (const { target } of imported) {
    const [, name] = /^((?:@[^/]+\/)?[^/:.]+)(?:\/.*)?$/.exec(target) ?? []
    if (name !== undefined && name !== 'electron') visit(name, root)
  }
  return found
}

function placeOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (at === dirname(at)) return undefined
  }
}

test('every package that our code reaches is in the bill of materials and in the notices, and the runtime too', () => {
  const reached = [...new Set(reachable().values())]
  expect(reached.length).toBeGreaterThan(60)
  const listed = new Set(bill.components.map(({ name, version }) => `${name}@${version}`))
  expect(reached.filter(one => !listed.has(one))).toEqual([])
  expect(reached.filter(one => !notices.includes(`\n${one.replace(/(?<=.)@/, ' ')}\nLicence: `))).toEqual([])
  expect([...listed].filter(one => /^(?:electron|yaml|react)@/.test(one)).length).toBe(3)
})

test('what only development needs is in neither', () => {
  const names = bill.components.map(({ name }) => name)
  expect(names.filter(name => ['vitest', 'typescript', 'electron-builder', '@biomejs/biome'].includes(name))).toEqual(
    [],
  )
})

test('each package has a licence with its text, and the digest of its archive', () => {
  expect(packages.filter(({ license }) => license === '')).toEqual([])
  const parts = notices.split(`${'-'.repeat(80)}\n`).slice(1)
  expect(parts.length).toBe(packages.length)
  expect(parts.filter(part => part.split('\n').length < 8).map(part => part.slice(0, 60))).toEqual([])
  for (const { hashes } of bill.components) expect(hashes?.[0]).toMatchObject({ alg: 'SHA-512' })
  for (const { hashes } of bill.components) expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/)
})

test('the bill names each package once, and needs only what it names', () => {
  const refs = bill.components.map(({ purl }) => purl)
  expect(new Set(refs).size).toBe(refs.length)
  expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter(ref => !refs.includes(ref))).toEqual([])
  const parents = bill.dependencies.find(({ ref }) => ref.startsWith('pkg:npm/react-dom@'))
  expect(parents?.dependsOn.some(ref => ref.startsWith('pkg:npm/scheduler@'))).toBe(true)
})

test('a package without a licence that is known here is not shipped silently', () => {
  const strange = { name: 'x', version: '1', license: 'Strange-1.0', author: '', texts: [], integrity: '', needs: [] }
  expect(() => noticesOf([strange])).toThrow('x brings no licence text')
})
