import type { DataService } from '../model/fleet.ts'
import type { RunConfig } from '../model/run-config.ts'
import type { Snapshot, SnapshotService } from '../model/snapshot.ts'
import { checkText } from './checks.ts'
import { commandText } from './commands.ts'
import { maskPair, maskReferences } from './secrets.ts'

/** The kind of a difference. `setting` is anything of the run configuration that has no kind of its own. */
export type DiffKind =
  | 'service'
  | 'image'
  | 'replicas'
  | 'entrypoint'
  | 'command'
  | 'environment'
  | 'port'
  | 'mount'
  | 'check'
  | 'pace'
  | 'dependency'
  | 'label'
  | 'limit'
  | 'setting'
  | 'data'
  | 'left-out'

/** A difference, fit to be shown. Null stands for an absent value; `kept` rows tell what stays as it is. */
export interface DiffRow {
  /** Empty for what belongs to the fleet as a whole. */
  readonly service: string
  readonly what: DiffKind
  /** Which of its kind: the variable, `80/tcp`, the mount's target; empty where there is only one. */
  readonly name: string
  readonly before: string | null
  readonly after: string | null
  readonly change: 'added' | 'removed' | 'changed' | 'kept'
}

/**
 * Everything that differs between two manifests: services in the order of the newer, then the data services, which stay
 * attached to both. The routes that a manifest knew are no part of a version. Secrets are dots and the start of their reference, so that a changed one is seen as changed.
 */
export function diffSnapshots(from: Snapshot, to: Snapshot): readonly DiffRow[] {
  const names = [...new Set([...to.services, ...from.services].map(service => service.name))]
  const find = (snapshot: Snapshot, name: string) => snapshot.services.find(service => service.name === name)
  return [
    ...names.flatMap(name => serviceRows(name, find(from, name), find(to, name))),
    ...dataRows(from, to),
    ...leftOutRows(from, to),
  ]
}

function serviceRows(
  service: string,
  before: SnapshotService | undefined,
  after: SnapshotService | undefined,
): DiffRow[] {
  if (before !== undefined && after !== undefined) return rowsOf(service, factsOf(before), factsOf(after))
  const row = { service, what: 'service' as const, name: service }
  if (after !== undefined) return [{ ...row, before: null, after: summary(after), change: 'added' }]
  return before === undefined ? [] : [{ ...row, before: summary(before), after: null, change: 'removed' }]
}

function summary({ base, replicas }: SnapshotService): string {
  return `${base} x${replicas}`
}

/** A fact of a manifest. Facts of the same kind and name are compared by `exact` and shown as `shown`. */
interface Fact {
  readonly what: DiffKind
  readonly name: string
  readonly exact: string
  readonly shown: string
}

function rowsOf(service: string, before: readonly Fact[], after: readonly Fact[]): DiffRow[] {
  const key = (fact: Fact) => `${fact.what} ${fact.name}`
  const old = new Map(before.map(fact => [key(fact), fact]))
  const now = new Map(after.map(fact => [key(fact), fact]))
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((id): DiffRow[] => {
    const [one, other] = [old.get(id), now.get(id)]
    const { what, name } = other ?? one ?? { what: 'setting', name: id }
    if (one?.exact === other?.exact) return []
    const change = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed'
    return [{ service, what, name, before: one?.shown ?? null, after: other?.shown ?? null, change }]
  })
}

function fact(what: DiffKind, name: string, shown: string, exact = shown): Fact {
  return { what, name, shown: maskReferences(shown), exact }
}

function factsOf({ base, imageId, layers, replicas, checks, pace, dependsOn, run }: SnapshotService): Fact[] {
  // Two commits of the same files have other ids and the same layers; what is in them is the same.
  const image = fact(
    'image',
    '',
    `${base} (${imageId.replace('sha256:', '').slice(0, 8)})`,
    layers.join(' ') || imageId,
  )
  return [
    image,
    fact('replicas', '', String(replicas)),
    ...commandFact('entrypoint', run.entrypoint),
    ...commandFact('command', run.command),
    ...run.environment.map(([name, value]) => fact('environment', name, maskPair(name, value), value)),
    ...run.ports.map(({ port, protocol }) => fact('port', `${port}/${protocol}`, 'published')),
    ...run.mounts.map(({ kind, source, target, readOnly }) =>
      fact('mount', target, [kind, source, readOnly ? 'read-only' : ''].filter(part => part !== '').join(' ')),
    ),
    ...checks.map(check => fact('check', checkText(check), 'must pass', JSON.stringify(check))),
    fact('pace', '', `${pace.passes} passes within ${pace.deadlineMs} ms, every ${pace.intervalMs} ms`),
    ...dependsOn.map(({ service, condition }) => fact('dependency', service, condition)),
    ...run.labels.map(([name, value]) => fact('label', name, maskPair(name, value), value)),
    ...Object.entries(run.limits).flatMap(([name, value]) => (value === 0 ? [] : [fact('limit', name, String(value))])),
    ...settingFacts(run),
  ]
}

function commandFact(what: 'entrypoint' | 'command', words: readonly string[] | null): Fact[] {
  return words === null ? [] : [fact(what, '', commandText(words), JSON.stringify(words))]
}

/** Every field that has no kind of its own, so that a new one is never forgotten. */
function settingFacts(run: RunConfig): Fact[] {
  const { entrypoint: _, command: _c, environment: _e, labels: _l, ports: _p, mounts: _m, limits: _li, ...rest } = run
  return Object.entries(rest).flatMap(([name, value]) => {
    const isUnsaid = value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)
    return isUnsaid ? [] : [fact('setting', name, typeof value === 'object' ? JSON.stringify(value) : String(value))]
  })
}

function dataRows(from: Snapshot, to: Snapshot): DiffRow[] {
  const names = [...new Set([...to.dataServices, ...from.dataServices].map(data => data.name))]
  return names.flatMap((name): DiffRow[] => {
    const [one, other] = [from, to].map(snapshot => snapshot.dataServices.find(data => data.name === name))
    const row = { service: name, what: 'data' as const, name: other?.container ?? one?.container ?? '' }
    if (one === undefined || other === undefined) {
      return [
        {
          ...row,
          before: one?.image ?? null,
          after: other?.image ?? null,
          change: one === undefined ? 'added' : 'removed',
        },
      ]
    }
    return [{ ...row, ...attached(one, other), change: 'kept' }]
  })
}

/** Paths that a person left out of one of the two: mounts are told with the service. */
function leftOutRows(from: Snapshot, to: Snapshot): DiffRow[] {
  const pathsOf = ({ leftOut }: Snapshot) => leftOut.filter(({ kind }) => kind === 'path')
  const isIn = (snapshot: Snapshot, one: Snapshot['leftOut'][number]) =>
    pathsOf(snapshot).some(({ service, target }) => service === one.service && target === one.target)
  const row = ({ service, target }: Snapshot['leftOut'][number]) => ({
    service,
    what: 'left-out' as const,
    name: target,
  })
  const added = pathsOf(to).filter(one => !isIn(from, one))
  const removed = pathsOf(from).filter(one => !isIn(to, one))
  return [
    ...added.map((one): DiffRow => ({ ...row(one), before: null, after: 'left out', change: 'added' })),
    ...removed.map((one): DiffRow => ({ ...row(one), before: 'left out', after: null, change: 'removed' })),
  ]
}

function attached(one: DataService, other: DataService): { before: string; after: string } {
  return { before: `${one.image}, attached`, after: `${other.image}, stays attached; it is not part of the switch` }
}
