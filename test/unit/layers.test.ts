import { expect, test } from 'vitest'
import { type Import, importCircles, readSources, type Source } from '../support/imports.ts'

/** The imports that a folder may have besides its own files. `types` are there for the compiler only. */
interface Row {
  readonly layer: string
  readonly may: readonly string[]
  readonly types?: readonly string[]
}

/** The table of who may import whom, in the order in which a file finds its row. */
const TABLE: readonly Row[] = [
  { layer: 'shared/compose/', may: ['shared/', 'yaml'] },
  { layer: 'shared/rules/', may: ['shared/', 'zod'] },
  { layer: 'shared/', may: ['zod'] },
  {
    layer: 'main/engine/',
    may: [
      'shared/',
      'main/archive/',
      'dockerode',
      'ssh2',
      'ssh-config',
      'tar-stream',
      '@balena/dockerignore',
      'zod',
      'node:',
    ],
  },
  // Tars are read and written as streams, wherever they come from.
  { layer: 'main/archive/', may: ['shared/', 'tar-stream', 'zod', 'node:'] },
  { layer: 'main/proxy/', may: ['shared/', 'zod', 'node:'] },
  // The state that a journal keeps is the fold of its records, and the fold is a rule.
  { layer: 'main/private-folder.ts', may: ['shared/', 'node:'] },
  { layer: 'main/log/', may: ['shared/', 'node:'] },
  { layer: 'main/store/', may: ['shared/', 'main/private-folder.ts', 'electron-store', 'conf', 'zod', 'node:'] },
  {
    layer: 'main/fleet/',
    may: ['shared/', 'main/archive/', 'main/log/context.ts', 'zod'],
    types: ['main/engine/', 'main/proxy/', 'main/store/', 'node:'],
  },
  {
    layer: 'main/api/',
    may: ['shared/', 'main/private-folder.ts', 'main/log/context.ts', 'main/fleet/', 'zod', 'node:'],
  },
  {
    layer: 'main/report/',
    may: [
      'shared/',
      'main/log/',
      'main/machine.ts',
      'main/engine/open-engine.ts',
      'main/proxy/proxy-home.ts',
      'main/store/',
      'node:',
    ],
  },
  { layer: 'main/machine.ts', may: ['shared/', 'main/store/local-file.ts', 'node:'], types: ['main/fleet/'] },
  { layer: 'main/site.ts', may: ['shared/', 'main/log/context.ts', 'main/engine/', 'main/fleet/'] },
  {
    layer: 'main/app.ts',
    may: [
      'shared/',
      'main/site.ts',
      'main/machine.ts',
      'main/log/',
      'main/report/',
      'main/engine/',
      'main/proxy/',
      'main/store/',
      'main/fleet/',
      'main/api/',
      'node:',
    ],
  },
  // The package is one executable: a second start of it, without a window, is the proxy's process.
  {
    layer: 'main/hosts/electron/',
    may: ['electron', 'vite', 'zod', 'main/proxy/run-proxy.ts', ...hosts()],
    types: ['main/proxy/proxy.ts'],
  },
  { layer: 'main/hosts/browser/', may: ['ws', 'zod', ...hosts()] },
  // Repairs that a home needs before an app can open it are made without one.
  {
    layer: 'main/hosts/cli/',
    may: ['commander', 'main/store/home-identity.ts', 'main/store/journal-repair.ts', 'main/store/lock.ts', ...hosts()],
  },
  // The set-up prepares a machine before there is an app, and looks for an engine the way the app will.
  {
    layer: 'main/hosts/setup/',
    may: [
      '@electron/asar',
      '@electron/fuses',
      'tar-stream',
      'vite',
      'yauzl',
      'zod',
      'main/engine/',
      'main/store/home-identity.ts',
      ...hosts(),
    ],
  },
  { layer: 'main/hosts/', may: ['package.json', ...hosts()] },
  {
    layer: 'renderer/',
    may: [
      'shared/',
      ...[
        'react',
        'react-dom',
        'zustand',
        '@mantine/',
        '@tabler/icons-react',
        '@tanstack/react-table',
        '@tanstack/react-virtual',
        '@xterm/',
        'diff',
        'uplot',
        'zod',
      ],
    ],
  },
]

function hosts(): string[] {
  return [
    'main/app.ts',
    'main/api/',
    'main/hosts/',
    'main/log/',
    'main/report/',
    'main/store/home-access.ts',
    'shared/',
    'node:',
  ]
}

const sources = readSources(['main', 'shared', 'renderer']).filter(source => !source.file.endsWith('vite.config.ts'))

function rowOf(file: string): Row | undefined {
  return TABLE.find(row => file.startsWith(row.layer))
}

function isAllowed({ file, target, isType }: Import, row: Row): boolean {
  const allowed = [row.layer, ...row.may, ...(isType ? (row.types ?? []) : [])]
  return (
    allowed.some(part => (part.endsWith('/') || part.endsWith(':') ? target.startsWith(part) : target === part)) &&
    !isUpward(file, target)
  )
}

/** Inside `shared`, rules and the language of Compose files build on the model and never the other way. */
function isUpward(file: string, target: string): boolean {
  return /^shared\/(rules|compose)\//.test(target) && /^shared\/(?!rules\/|compose\/)/.test(file)
}

function complaints({ file, imports }: Source): string[] {
  const row = rowOf(file)
  if (row === undefined) return [`${file} is in no row of the table`]
  return imports
    .filter(one => !isAllowed(one, row))
    .map(one => `${file} may not import ${one.isType ? 'even the types of ' : ''}${one.target}`)
}

test('every import keeps to the table of who may import whom', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(sources.flatMap(complaints)).toEqual([])
})

test('the rules ask for neither time nor chance', () => {
  const rules = sources.filter(source => source.file.startsWith('shared/'))
  expect(rules.flatMap(({ file, impurities }) => impurities.map(impurity => `${file} asks for ${impurity}`))).toEqual(
    [],
  )
})

test('only the engine knows dockerode, and only its own host knows a platform', () => {
  const owners = (target: string) => [
    ...new Set(
      sources.filter(({ imports }) => imports.some(one => one.target === target)).map(({ file }) => rowOf(file)?.layer),
    ),
  ]
  expect([owners('dockerode'), owners('electron'), owners('commander'), owners('ws')]).toEqual([
    ['main/engine/'],
    ['main/hosts/electron/'],
    ['main/hosts/cli/'],
    ['main/hosts/browser/'],
  ])
})

/** One file of each circle that is left. The list may only shrink: open a circle, and take its file away here. */
const KNOWN_CIRCLES = ['main/proxy/exchange.ts']

test('no files import each other in a circle, not even for their types', () => {
  const found = importCircles(sources).filter(circle => !KNOWN_CIRCLES.some(known => circle.includes(known)))
  expect(found).toEqual([])
  expect(KNOWN_CIRCLES.filter(known => !importCircles(sources).some(circle => circle.includes(known)))).toEqual([])
})

test('a circle is seen however long it is, and a file that only leads to one is none of it', () => {
  const source = (file: string, target: string): Source => ({
    file,
    imports: [{ file, target, isType: true }],
    impurities: [],
  })
  const chain = [source('a', 'b'), source('b', 'c'), source('c', 'a'), source('d', 'a')]
  expect(importCircles(chain)).toEqual([['a', 'b', 'c']])
})

test('the table sees what it should refuse', () => {
  const tried = (file: string, target: string, isType = false) =>
    complaints({ file, imports: [{ file, target, isType }], impurities: [] }).length
  expect([
    tried('renderer/app.tsx', 'main/api/serve.ts', true),
    tried('main/fleet/sets/launch.ts', 'main/engine/engine.ts', false),
    tried('main/fleet/sets/launch.ts', 'main/engine/engine.ts', true),
    tried('main/engine/engine.ts', 'main/store/store.ts', true),
    tried('shared/model/ids.ts', 'shared/rules/fold.ts', true),
    tried('shared/rules/fold.ts', 'node:fs'),
    tried('main/app.ts', 'main/hosts/serve.ts'),
    tried('main/hosts/cli/program.ts', 'ws'),
    tried('elsewhere/file.ts', 'zod'),
  ]).toEqual([1, 1, 0, 1, 1, 1, 1, 1, 1])
})
