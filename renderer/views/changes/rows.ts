import type { RunConfig, Snapshot, SnapshotService } from '../../../shared/model.ts'
import { maskPair } from '../../../shared/rules/secrets.ts'
import { checkWords } from '../../words/checks.ts'

/** One thing that differs. An empty side is where it is not there. */
export interface Row {
  readonly service: string
  readonly what: string
  readonly before: string
  readonly after: string
  readonly kind: 'added' | 'changed' | 'deleted' | 'kept'
  readonly isCode: boolean
}

type Parts = ReadonlyMap<string, string>

/** Everything that differs between two manifests, service by service; data services last, as what stays. */
export function changeRows(from: Snapshot, to: Snapshot): readonly Row[] {
  const names = [...new Set([...from.services, ...to.services].map(service => service.name))]
  const rows = names.flatMap(name => serviceRows(name, find(from, name), find(to, name)))
  const kept = to.dataServices.map(({ name, container, image }): Row => {
    return {
      service: name,
      what: 'Data',
      before: '',
      after: `${container} (${image}) stays attached; it is not part of the switch`,
      kind: 'kept',
      isCode: false,
    }
  })
  return [...rows, ...kept]
}

function find(snapshot: Snapshot, name: string): SnapshotService | undefined {
  return snapshot.services.find(service => service.name === name)
}

function serviceRows(service: string, before: SnapshotService | undefined, after: SnapshotService | undefined): Row[] {
  if (before === undefined || after === undefined) {
    const kind = before === undefined ? 'added' : 'deleted'
    return [{ service, what: 'Service', before: before?.base ?? '', after: after?.base ?? '', kind, isCode: true }]
  }
  const old = partsOf(before)
  const now = partsOf(after)
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(what => {
    const one = old.get(what) ?? ''
    const other = now.get(what) ?? ''
    if (one === other) return []
    const kind = !old.has(what) ? 'added' : !now.has(what) ? 'deleted' : 'changed'
    return [{ service, what, before: one, after: other, kind, isCode: what !== 'Replicas' }]
  })
}

/** A service's whole configuration by the names that people know. */
function partsOf({ imageId, base, run, replicas, checks, dependsOn }: SnapshotService): Parts {
  const parts = new Map<string, string>()
  const put = (what: string, value: string | number | boolean | null) => {
    if (value !== null && value !== '' && value !== false && value !== 0) parts.set(what, String(value))
  }
  put('Image', `${base}  ${imageId.replace('sha256:', '').slice(0, 8)}`)
  put('Replicas', replicas)
  put('Command', line(run.command))
  put('Entrypoint', line(run.entrypoint))
  for (const [name, value] of run.environment) parts.set(name, maskPair(name, value))
  for (const { port, protocol } of run.ports) put(`Port ${port}/${protocol}`, 'published')
  for (const mount of run.mounts)
    put(`Mount ${mount.target}`, `${mount.kind} ${mount.source}${mount.readOnly ? ', read-only' : ''}`)
  for (const check of checks) put(`Check ${checkWords(check)}`, 'must pass')
  for (const { service, condition } of dependsOn) put(`Starts after ${service}`, condition)
  for (const [name, value] of run.labels) put(`Label ${name}`, value)
  putRest(put, run)
  return parts
}

function putRest(put: (what: string, value: string | number | boolean | null) => void, run: RunConfig): void {
  put('Working directory', run.workingDir)
  put('User', run.user)
  put('Hostname', run.hostname)
  put('Restart', run.restart.policy)
  put('Healthcheck', run.healthcheck === null ? null : run.healthcheck.test.join(' '))
  put('Memory limit', run.limits.memoryBytes)
  put('CPU limit', run.limits.nanoCpus)
  put('Process limit', run.limits.pids)
  put('Stop signal', run.stopSignal)
  put('Privileged', run.privileged)
  put('Read-only root', run.readOnlyRoot)
  put('Capabilities added', run.capAdd.join(', '))
  put('Capabilities dropped', run.capDrop.join(', '))
  put('Extra hosts', run.extraHosts.join(', '))
}

function line(words: readonly string[] | null): string | null {
  return words === null ? null : words.map(word => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' ')
}

/** `2 services, 1 variable`: what differs, counted. */
export function summaryWords(rows: readonly Row[]): string {
  const changed = rows.filter(row => row.kind !== 'kept')
  if (changed.length === 0) return 'nothing differs'
  const services = new Set(changed.map(row => row.service)).size
  return `${changed.length} ${changed.length === 1 ? 'difference' : 'differences'} in ${services} ${services === 1 ? 'service' : 'services'}`
}
