import type { Healthcheck, Mount, RunConfig } from '../model/run-config.ts'
import { defaultPace } from '../rules/checks.ts'
import { plainRun } from '../rules/plain-run.ts'
import {
  bad,
  type ComposeContext,
  flagOf,
  isNull,
  type KeyReaders,
  listOf,
  mapOf,
  note,
  pairsOf,
  parsed,
  readKeys,
  textOf,
  textsOf,
} from './context.ts'
import { readDeploy, type Scale, scaleReaders } from './deploy.ts'
import { readEnvFiles } from './env.ts'
import { type Extension, readExtension } from './flotilla.ts'
import { readHealthcheck } from './health.ts'
import { type ComposePort, readExpose, readPorts } from './ports.ts'
import type { Tree } from './tree.ts'
import { parseCount, parseDuration, splitWords } from './units.ts'
import { readMounts, readTmpfs } from './volumes.ts'

/** A service as its part of the file says it, before it is known what it is among the others. */
export interface Draft extends Scale {
  readonly at: Tree
  image: string | null
  hasBuild: boolean
  run: RunConfig
  environment: ReadonlyMap<string, string>
  fileEnvironment: ReadonlyMap<string, string>
  ports: readonly ComposePort[]
  exposed: readonly ComposePort[]
  mounts: readonly Mount[]
  tmpfs: readonly Mount[]
  dependsOn: readonly Needed[]
  profiles: readonly string[]
  networks: readonly string[]
  extension: Extension
}

export interface Needed {
  readonly service: string
  readonly condition: 'started' | 'healthy' | 'completed'
  readonly isRequired: boolean
  readonly at: Tree
}

export function readService(context: ComposeContext, at: Tree): Draft {
  const draft: Draft = {
    at,
    image: null,
    hasBuild: false,
    run: { ...plainRun },
    environment: new Map(),
    fileEnvironment: new Map(),
    ports: [],
    exposed: [],
    mounts: [],
    tmpfs: [],
    dependsOn: [],
    profiles: [],
    networks: ['default'],
    extension: { role: null, checks: null, pace: defaultPace },
    replicas: 1,
    limits: { ...plainRun.limits },
    restart: plainRun.restart,
  }
  readKeys(context, at, readersOf(context, draft))
  return draft
}

function readersOf(context: ComposeContext, draft: Draft): KeyReaders {
  return new Map([
    ...processReaders(context, draft),
    ...hostReaders(draft),
    ...scaleReaders(draft),
    ...wiringReaders(context, draft),
  ])
}

type Readers = [string, (tree: Tree) => void][]

function processReaders(context: ComposeContext, draft: Draft): Readers {
  const { run } = draft
  return [
    ['image', tree => (draft.image = imageOf(tree))],
    ['build', tree => readBuild(context, draft, tree)],
    ['command', tree => (run.command = wordsOf(tree))],
    ['entrypoint', tree => (run.entrypoint = wordsOf(tree))],
    ['working_dir', tree => (run.workingDir = textOf(tree))],
    ['user', tree => (run.user = textOf(tree))],
    ['hostname', tree => (run.hostname = textOf(tree))],
    ['stop_signal', tree => (run.stopSignal = textOf(tree))],
    ['stop_grace_period', tree => (run.stopGraceMs = parsed(tree, parseDuration, 'a duration like 30s'))],
    ['tty', tree => (run.tty = flagOf(tree))],
    ['stdin_open', tree => (run.stdin = flagOf(tree))],
    ['init', tree => !flagOf(tree) && note(context, tree, 'containers of a set always have an init process')],
    ['container_name', tree => note(context, tree, 'left out: containers are named after fleet, version and service')],
    ['healthcheck', tree => (run.healthcheck = healthOf(readHealthcheck(context, tree)))],
  ]
}

function hostReaders({ run }: Draft): Readers {
  return [
    ['privileged', tree => (run.privileged = flagOf(tree))],
    ['read_only', tree => (run.readOnlyRoot = flagOf(tree))],
    ['cap_add', tree => (run.capAdd = capabilities(tree))],
    ['cap_drop', tree => (run.capDrop = capabilities(tree))],
    ['security_opt', tree => (run.securityOptions = sorted(textsOf(tree)))],
    ['extra_hosts', tree => (run.extraHosts = hostsOf(tree))],
    ['dns', tree => (run.dns = textsOf(tree))],
    ['group_add', tree => (run.groups = sorted(textsOf(tree)))],
    ['sysctls', tree => (run.sysctls = byName(pairsOf(tree).map(({ name, value }) => [name, value ?? ''])))],
    ['ulimits', tree => (run.ulimits = ulimitsOf(tree))],
    [
      'devices',
      tree =>
        (run.devices = listOf(tree)
          .items.map(deviceOf)
          .sort((a, b) => order(a.container, b.container))),
    ],
  ]
}

function wiringReaders(context: ComposeContext, draft: Draft): Readers {
  return [
    ['environment', tree => (draft.environment = environmentOf(context, tree))],
    ['env_file', tree => (draft.fileEnvironment = readEnvFiles(context, tree))],
    ['labels', tree => (draft.run.labels = labelsOf(context, tree))],
    ['ports', tree => (draft.ports = readPorts(context, tree))],
    ['expose', tree => (draft.exposed = readExpose(context, tree))],
    ['volumes', tree => (draft.mounts = readMounts(context, tree))],
    ['tmpfs', tree => (draft.tmpfs = readTmpfs(context, tree))],
    ['depends_on', tree => (draft.dependsOn = dependenciesOf(context, tree))],
    ['networks', tree => (draft.networks = networksOf(context, tree))],
    ['profiles', tree => (draft.profiles = textsOf(tree))],
    ['deploy', tree => readDeploy(context, tree, draft)],
    ['x-flotilla', tree => (draft.extension = readExtension(context, tree))],
  ]
}

function imageOf(tree: Tree): string {
  return parsed(tree, text => (/^[a-z0-9][\w.\-/:@]{0,254}$/i.test(text) ? text : null), 'the name of an image')
}

function readBuild(context: ComposeContext, draft: Draft, tree: Tree): void {
  draft.hasBuild = true
  note(context, tree, 'building is not supported: the image must have been built before')
}

/** A string is split into words. Empty clears what the image says. */
function wordsOf(tree: Tree): string[] {
  return tree.kind === 'list'
    ? tree.items.map(textOf)
    : parsed(tree, splitWords, 'a command line; a quote is never closed')
}

function healthOf(health: Healthcheck): Healthcheck | null {
  const saysNothing =
    health.test.length === 0 && health.intervalMs + health.timeoutMs + health.startPeriodMs + health.retries === 0
  return saysNothing ? null : health
}

function environmentOf(context: ComposeContext, tree: Tree): ReadonlyMap<string, string> {
  const values = pairsOf(tree).map(({ name, value }) => [name, value ?? context.lookup(name)] as const)
  return new Map(values.filter((pair): pair is readonly [string, string] => pair[1] !== undefined))
}

/** Labels by which Compose or we know our own would claim the copies. */
function labelsOf(context: ComposeContext, tree: Tree): [string, string][] {
  return byName(
    pairsOf(tree).flatMap(({ name, value, at }): [string, string][] => {
      if (!/^(?:com\.docker\.compose|flotilla)\./.test(name)) return [[name, value ?? '']]
      note(context, at, `the label ${name} is left out: it is reserved`)
      return []
    }),
  )
}

const CONDITIONS = new Map([
  ['service_started', 'started'],
  ['service_healthy', 'healthy'],
  ['service_completed_successfully', 'completed'],
] as const)

function dependenciesOf(context: ComposeContext, tree: Tree): Needed[] {
  if (tree.kind !== 'map')
    return textsOf(tree).map(service => ({ service, condition: 'started', isRequired: true, at: tree }))
  return [...tree.entries].map(([service, value]) => {
    let condition: Needed['condition'] = 'started'
    let isRequired = true
    const readers = new Map<string, (part: Tree) => void>([
      [
        'condition',
        part =>
          (condition = parsed(
            part,
            text => new Map<string, Needed['condition']>(CONDITIONS).get(text) ?? null,
            'a condition',
          )),
      ],
      ['required', part => (isRequired = flagOf(part))],
      ['restart', part => flagOf(part) && note(context, part, 'left out: a set is replaced as a whole')],
    ])
    if (!isNull(value)) readKeys(context, value, readers)
    return { service, condition, isRequired, at: value }
  })
}

function networksOf(context: ComposeContext, tree: Tree): string[] {
  if (tree.kind !== 'map') return textsOf(tree)
  for (const value of tree.entries.values()) if (!isNull(value)) readKeys(context, value, new Map())
  return [...tree.entries.keys()]
}

/** `host:address`, `host=address` or a map, as Docker has them. */
function hostsOf(tree: Tree): string[] {
  if (tree.kind === 'map')
    return sorted([...tree.entries].flatMap(([host, value]) => textsOf(value).map(address => `${host}:${address}`)))
  return sorted(textsOf(tree).map(text => text.replace(/^([^:=]+)=/, '$1:')))
}

function ulimitsOf(tree: Tree): RunConfig['ulimits'] {
  const number = (value: Tree | undefined, name: string) =>
    value === undefined
      ? bad(tree, `the limit ${name} needs soft and hard`)
      : textOf(value) === '-1'
        ? -1
        : parsed(value, parseCount, 'a number')
  return [...mapOf(tree).entries]
    .map(([name, value]) => {
      if (value.kind !== 'map') return { name, soft: number(value, name), hard: number(value, name) }
      return { name, soft: number(value.entries.get('soft'), name), hard: number(value.entries.get('hard'), name) }
    })
    .sort((a, b) => order(a.name, b.name))
}

function deviceOf(tree: Tree): RunConfig['devices'][number] {
  const [host = '', container = host, permissions = 'rwm'] = textOf(tree).split(':')
  return host.startsWith('/')
    ? { host, container, permissions }
    : bad(tree, `${JSON.stringify(host)} is not a device's path`)
}

/** As the engine tells them back: without their prefix. */
function capabilities(tree: Tree): string[] {
  return sorted([...new Set(textsOf(tree).map(name => name.toUpperCase().replace(/^CAP_/, '')))])
}

export function byName(pairs: [string, string][]): [string, string][] {
  return pairs.sort(([a], [b]) => order(a, b))
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(order)
}

export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
