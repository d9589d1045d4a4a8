import { fail } from '../failure.ts'
import type { Check, CheckPace } from '../model/checks.ts'
import type { Dependency } from '../model/fleet.ts'
import type { Name } from '../model/ids.ts'
import { Name as NameSchema } from '../model/ids.ts'
import type { RunConfig } from '../model/run-config.ts'
import { derivedChecks } from '../rules/checks.ts'
import { dataContainerName } from '../rules/names.ts'
import { bad, type ComposeContext, isNull, mapOf, note, readKeys } from './context.ts'
import { parseEnvFile } from './env-file.ts'
import type { Lookup } from './interpolate.ts'
import { stateOf } from './roles.ts'
import { byName, type Draft, order, readService } from './service.ts'
import { type Note, readTree, type Tree } from './tree.ts'
import { readVolumes } from './volumes.ts'

export interface ComposeInput {
  /** Name of the fleet: volumes and built images are named after it, as Compose names them after its project. */
  readonly name: string
  readonly yaml: string
  /** The `.env` beside the file, and those that `env_file` names, by their path as written. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly environment: readonly (readonly [string, string])[]
  readonly profiles: readonly string[]
  /** Services that hold state; guessed where absent. */
  readonly dataServices?: readonly string[] | undefined
  /** Absolute path of the file's directory. Relative bind mounts are left out without it. */
  readonly directory?: string | undefined
}

export interface ComposeService {
  readonly name: Name
  readonly image: string
  readonly run: RunConfig
  readonly replicas: number
  readonly dependsOn: Dependency[]
  readonly checks: Check[]
  readonly pace: CheckPace
}

export interface ComposeDataService {
  readonly name: Name
  readonly image: string
  readonly run: RunConfig
  /** Name of its one container. */
  readonly container: string
  /** Why it is taken to hold state. */
  readonly reason: string
}

export interface ComposeFleet {
  readonly services: readonly ComposeService[]
  readonly dataServices: readonly ComposeDataService[]
  /** One for each service that publishes a port. `published` is the host's port that the file asks for. */
  readonly routes: readonly { hostname: string; service: Name; servicePort: number; published: number | null }[]
  /** Engine names of the volumes that the file declares as its own. */
  readonly volumes: readonly string[]
  /** The unsupported parts, by line. */
  readonly notes: readonly Note[]
}

/** Reads a Compose file as the definition of a fleet. Fails `bad-input`, with the line, where it makes no sense. */
export function readCompose(input: ComposeInput): ComposeFleet {
  const files = new Map(input.files.map(file => [file.path.replace(/^(?:\.\/)+/, ''), file.text]))
  const lookup = lookupOf(input, files)
  const { root, notes } = readTree(input.yaml, lookup)
  const names = new Map<string, string>()
  const directory = input.directory || null
  const context: ComposeContext = { fleet: input.name, lookup, files, directory, volumes: names, notes }
  const section = (name: string) => root.entries.get(name)
  const declared = section('volumes')
  const volumes =
    declared === undefined || isNull(declared)
      ? { names: new Map<string, string>(), own: [] }
      : readVolumes(context, declared)
  for (const [key, name] of volumes.names) names.set(key, name)

  const drafts = activeDrafts(context, input, section('services'))
  noteOthers(context, root, drafts)
  const parts = [...drafts].map(([key, draft]) => partOf(context, input, { key, draft, drafts }))
  refuseCircles(parts)
  return {
    services: parts.filter(part => part.reason === null).map(part => part.service),
    dataServices: parts.flatMap(({ service: { name, image, run }, reason }) =>
      reason === null ? [] : [{ name, image, run, container: dataContainerName(input.name, name), reason }],
    ),
    routes: routesOf(context, parts),
    volumes: volumes.own,
    notes: notes.sort((a, b) => a.line - b.line),
  }
}

/** The environment wins over `.env`. */
function lookupOf(input: ComposeInput, files: ReadonlyMap<string, string>): Lookup {
  const environment = new Map(input.environment)
  const beside = parseEnvFile('.env', files.get('.env') ?? '', name => environment.get(name))
  return name => environment.get(name) ?? beside.get(name)
}

/** Services without a profile, and those of the profiles that are on. */
function activeDrafts(
  context: ComposeContext,
  input: ComposeInput,
  tree: Tree | undefined,
): ReadonlyMap<string, Draft> {
  if (tree === undefined || isNull(tree) || mapOf(tree).entries.size === 0)
    fail('bad-input', 'The Compose file has no services')
  const on = new Set([...input.profiles, ...(context.lookup('COMPOSE_PROFILES') ?? '').split(',')])
  const drafts = new Map<string, Draft>()
  for (const [key, service] of mapOf(tree).entries) {
    const mine = { ...context, notes: [] }
    const draft = readService(mine, service)
    if (draft.profiles.length > 0 && !on.has('*') && !draft.profiles.some(profile => on.has(profile))) {
      note(context, service, `left out: its profile is not on (${draft.profiles.join(', ')})`)
      continue
    }
    context.notes.push(...mine.notes)
    drafts.set(key, draft)
  }
  if (drafts.size === 0) fail('bad-input', 'No service of the Compose file is in a profile that is on')
  return drafts
}

/** The sections beside `services`. */
function noteOthers(context: ComposeContext, root: Tree, drafts: ReadonlyMap<string, Draft>): void {
  const used = new Set([...drafts.values()].flatMap(draft => draft.networks))
  const networks = (tree: Tree) => {
    if (used.size > 1) note(context, tree, 'networks are not kept apart: all services of a set share one')
    for (const [name, value] of mapOf(tree).entries) {
      const isExternal = value.kind === 'map' && value.entries.has('external')
      if (isExternal && used.has(name)) note(context, value, `the external network ${name} is not joined`)
      else if (value.kind === 'map' && value.entries.size > 0)
        note(context, value, `the options of the network ${name} are left out`)
    }
  }
  const ignore = () => {}
  readKeys(
    context,
    root,
    new Map<string, (tree: Tree) => void>([
      ['services', ignore],
      ['volumes', ignore],
      ['version', ignore],
      ['name', ignore],
      ['networks', networks],
    ]),
  )
}

interface Part {
  readonly at: Tree
  readonly service: ComposeService
  readonly reason: string | null
  readonly ports: Draft['ports']
}

function partOf(
  context: ComposeContext,
  input: ComposeInput,
  { key, draft, drafts }: { key: string; draft: Draft; drafts: ReadonlyMap<string, Draft> },
): Part {
  const name = nameOf(context, key, draft, drafts)
  const image = draft.image ?? (draft.hasBuild ? `${input.name}-${key}` : bad(draft.at, 'a service needs an image'))
  const run = runOf(draft)
  const dependsOn = draft.dependsOn.flatMap(({ service, condition, isRequired, at }): Dependency[] => {
    if (drafts.has(service)) return [{ service: plainName(service), condition }]
    return isRequired ? bad(at, `it depends on ${service}, which is not there or in a profile that is not on`) : []
  })
  const checks = draft.extension.checks ?? [...derivedChecks(run)]
  const service = { name, image, run, replicas: draft.replicas, dependsOn, checks, pace: draft.extension.pace }
  const reason = reasonOf(input, key, draft)
  if (reason === null) noteShared(context, draft)
  return { at: draft.at, service, reason, ports: draft.ports }
}

function reasonOf(input: ComposeInput, key: string, draft: Draft): string | null {
  if (input.dataServices !== undefined) {
    return input.dataServices.includes(key) || input.dataServices.includes(plainName(key))
      ? 'it was named as one'
      : null
  }
  if (draft.extension.role === 'service') return null
  return draft.extension.role === 'data' ? 'the file says so' : stateOf(draft)
}

/** Old and new version of a service run side by side for a while. */
function noteShared(context: ComposeContext, draft: Draft): void {
  for (const mount of draft.mounts) {
    if (mount.kind === 'tmpfs' || mount.readOnly || mount.source === '') continue
    note(
      context,
      draft.at,
      `all versions will write to the same ${mount.kind === 'bind' ? 'directory' : 'volume'} ${mount.source}`,
    )
  }
}

function runOf(draft: Draft): RunConfig {
  const mounts = new Map([...draft.tmpfs, ...draft.mounts].map(mount => [mount.target, mount]))
  const ports = new Map(
    [...draft.ports, ...draft.exposed].map(({ port, protocol }) => [`${port}/${protocol}`, { port, protocol }]),
  )
  return {
    ...draft.run,
    environment: byName([...new Map([...draft.fileEnvironment, ...draft.environment])]),
    mounts: [...mounts.values()].sort((a, b) => order(a.target, b.target)),
    ports: [...ports.values()].sort((a, b) => a.port - b.port || order(a.protocol, b.protocol)),
    limits: draft.limits,
    restart: draft.restart,
  }
}

/** Compose allows more in a name than DNS and we do. */
function nameOf(context: ComposeContext, key: string, draft: Draft, drafts: ReadonlyMap<string, Draft>): Name {
  const name = NameSchema.safeParse(plainName(key))
  if (!name.success) return bad(draft.at, `${JSON.stringify(key)} cannot be the name of a service`)
  const others = [...drafts.keys()].filter(other => other !== key && plainName(other) === name.data)
  if (others.length > 0) bad(draft.at, `the services ${key} and ${others[0]} would both be called ${name.data}`)
  if (name.data !== key)
    note(
      context,
      draft.at,
      `the service is called ${name.data} here, also for the other services that reach it by name`,
    )
  return name.data
}

function plainName(key: string): string {
  return key
    .toLowerCase()
    .replaceAll(/[._-]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** The first service that publishes a port answers under the fleet's name, the others under their own before it. */
function routesOf(context: ComposeContext, parts: readonly Part[]): ComposeFleet['routes'] {
  const routes: { hostname: string; service: Name; servicePort: number; published: number | null }[] = []
  for (const { at, service, reason, ports } of parts) {
    const [first, ...others] = ports.filter(port => port.protocol === 'tcp')
    if (reason === null && first !== undefined) {
      const hostname = routes.length === 0 ? `${context.fleet}.localhost` : `${service.name}.${context.fleet}.localhost`
      routes.push({ hostname, service: service.name, servicePort: first.port, published: first.published })
    }
    for (const { port, protocol, published } of reason === null
      ? [...others, ...ports.filter(one => one.protocol === 'udp')]
      : ports) {
      if (published !== null)
        note(
          context,
          at,
          `${port}/${protocol} is not published as ${published}: ${protocol === 'udp' || reason !== null ? 'only routes are' : 'add a route for it'}`,
        )
    }
  }
  return routes
}

function refuseCircles(parts: readonly Part[]): void {
  const needs = new Map(parts.map(part => [part.service.name as string, part]))
  const finished = new Set<string>()
  const visit = (name: string, way: readonly string[]): void => {
    const part = needs.get(name)
    if (part === undefined || finished.has(name)) return
    if (way.includes(name))
      bad(part.at, `services depend on one another in a circle: ${[...way.slice(way.indexOf(name)), name].join(' > ')}`)
    for (const { service } of part.service.dependsOn) visit(service, [...way, name])
    finished.add(name)
  }
  for (const name of needs.keys()) visit(name, [])
}
