import type { AppState, Diagnosis } from '../../../shared/model/app-state.ts'
import type { CheckReport } from '../../../shared/model/checks.ts'
import type { ContainerSet } from '../../../shared/model/container-set.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { FoundSecret, Plan } from '../../../shared/model/plan.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { LeftOut, Snapshot } from '../../../shared/model/snapshot.ts'
import type { FleetSummary, SnapshotSummary, TrashedFleet } from '../../../shared/model/views.ts'
import { bytesText, durationText } from '../../../shared/rules/amounts.ts'
import { commandText } from '../../../shared/rules/commands.ts'
import { shortFleetId } from '../../../shared/rules/trash.ts'
import { clean, clock, table } from './text.ts'

/* What people read. Everything that came from elsewhere goes through clean() or table(). */

export function planText(plan: Plan): string {
  const steps = plan.steps.map(
    step => `  ${step.action.padEnd(6)}  ${clean(step.what)}${step.detail ? `  (${clean(step.detail)})` : ''}`,
  )
  const warnings = plan.warnings.map(warning => `  ! ${clean(warning)}`)
  const choices = plan.choices.map(
    choice => `  ? ${clean(choice.service)}: choose one of ${choice.containers.map(name => clean(name)).join(', ')}`,
  )
  const secrets = (plan.secrets ?? []).map(secretLine)
  return [
    `Plan: ${clean(plan.summary)}`,
    ...steps,
    ...warnings,
    ...secrets,
    ...choices,
    ...leftOutLines(plan.leftOut),
  ].join('\n')
}

/** The option is quoted for a shell: who copies it runs nothing that a file's name says. */
function secretLine({ service, path, kind, inImage }: FoundSecret): string {
  const option = commandText(['--leave-out', `${service}:${path}`])
  const rest = inImage ? ' (the file of that name in the image stays)' : ''
  return `  ! ${clean(kind)} in ${clean(`${service}:${path}`)}; to leave it out: ${clean(option)}${rest}`
}

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(part => {
    if (part.kind === 'path')
      return `  - not in it: ${clean(part.target)} of ${clean(part.service)}, left out by choice`
    const size = part.bytes === null ? 'size unknown' : bytesText(part.bytes)
    return `  - not in it: ${part.kind} ${clean(part.source)} at ${clean(part.target)} of ${clean(part.service)}, ${size}`
  })
}

export function stateText(state: AppState): string {
  const { endpoint, proxy } = state
  const engine = endpoint.engine
  const who = engine === null ? '' : `, ${engine.name}, ${engine.product} ${engine.version}`
  const lines = [
    `Engine  ${endpoint.state}: ${clean(endpoint.address)} (${clean(endpoint.source)}${clean(who)})`,
    `Proxy   ${proxy.reachable ? `running, port ${proxy.port}` : 'not answering'}`,
    `Home    ${clean(state.home)}`,
  ]
  if (endpoint.failure !== null) lines.push(`        ${clean(endpoint.failure.message)}`)
  if (endpoint.failure?.hint) lines.push(`        ${clean(endpoint.failure.hint)}`)
  for (const { port, reason } of proxy.closed) lines.push(`        port ${port} is not open: ${clean(reason)}`)
  if (state.readOnly !== null) lines.push(`        read-only: ${clean(state.readOnly)}`)
  if (state.lostFleets !== null)
    lines.push(`        lost: ${clean(state.lostFleets)}. Bring it back with: flotilla rebuild`)
  return lines.join('\n')
}

export function diagnosisTable(steps: Diagnosis): string {
  const rows = steps.map(({ state, step, saw, advice }) => [state, step, saw, advice])
  return table(['STATE', 'STEP', 'SAW', 'ADVICE'], rows, 'Nothing to look at')
}

export function fleetTable(fleets: readonly FleetSummary[]): string {
  // Where a fleet lives is said once there is more than one place.
  const isSpread = fleets.some(fleet => fleet.endpoint !== DEFAULT_ENDPOINT)
  const rows = fleets.map(fleet => [
    isSpread ? `${fleet.name}@${fleet.endpoint}` : fleet.name,
    fleet.live ?? '-',
    fleet.versions.join(' ') || '-',
    fleet.services.join(' '),
    fleet.dataServices.join(' ') || '-',
    fleet.isKnown ? String(fleet.running) : 'unknown',
    fleet.isKnown ? String(fleet.drifted) : 'unknown',
    fleet.routes.join(' ') || '-',
  ])
  const heads = ['FLEET', 'LIVE', 'VERSIONS', 'SERVICES', 'DATA', 'RUNNING', 'DRIFTED', 'ROUTES']
  return table(heads, rows, 'No fleets yet. Try: flotilla fleet sample')
}

export function trashTable(fleets: readonly TrashedFleet[]): string {
  const rows = fleets.map(({ fleetId, name, versions, removedAt, purgedAt }) => [
    shortFleetId(fleetId),
    name,
    versions.join(' ') || '-',
    clock(removedAt),
    clock(purgedAt),
  ])
  return table(['ID', 'FLEET', 'VERSIONS', 'REMOVED', 'KEPT UNTIL'], rows, 'The trash is empty')
}

export function snapshotTable(snapshots: readonly SnapshotSummary[]): string {
  const rows = snapshots.map(snapshot => [
    snapshot.version,
    clock(snapshot.takenAt),
    bytesText(snapshot.bytes),
    snapshot.consistent ? 'yes' : 'NO',
    snapshot.id.slice(0, 8),
    snapshot.parent ?? '-',
    snapshot.services.map(service => service.name).join(' '),
    snapshot.note,
  ])
  const heads = ['VERSION', 'TAKEN', 'SIZE', 'CONSISTENT', 'ID', 'FROM', 'SERVICES', 'NOTE']
  return table(heads, rows, 'No snapshots yet. Try: flotilla snapshot take FLEET')
}

export function snapshotText(snapshot: Snapshot): string {
  const rows = snapshot.services.map(service => [
    service.name,
    String(service.replicas),
    service.image,
    service.imageId.replace(/^sha256:/, '').slice(0, 8),
    service.origin,
    bytesText(service.bytes),
    service.base,
    service.run.ports.map(port => `${port.port}/${port.protocol}`).join(' ') || '-',
  ])
  const head = `${clean(snapshot.fleet)} ${snapshot.version}, taken ${clock(snapshot.takenAt)} by ${clean(snapshot.by)}`
  const note = snapshot.note === '' ? [] : [`  ${clean(snapshot.note)}`]
  const heads = ['SERVICE', 'REPLICAS', 'IMAGE', 'ID', 'ORIGIN', 'SIZE', 'BASE', 'PORTS']
  const data = snapshot.dataServices.map(service => `  beside it: ${clean(service.name)} (${clean(service.container)})`)
  return [head, ...note, `  ${snapshot.id}`, table(heads, rows, ''), ...data, ...leftOutLines(snapshot.leftOut)].join(
    '\n',
  )
}

export function setTable(sets: readonly ContainerSet[]): string {
  const rows = sets.map(set => [
    set.version,
    set.state,
    runningText(set),
    set.report === null ? 'not checked' : set.report.passed ? 'passed' : 'FAILED',
    clock(set.launchedAt),
    durationText(set.launchMs),
  ])
  return table(
    ['VERSION', 'STATE', 'RUNNING', 'CHECKS', 'LAUNCHED', 'TOOK'],
    rows,
    'No sets yet. Try: flotilla set launch FLEET v1',
  )
}

function runningText({ containers }: ContainerSet): string {
  if (containers.some(({ state }) => state === 'unknown')) return `unknown/${containers.length}`
  const running = containers.filter(({ state }) => state === 'running' || state === 'healthy')
  return `${running.length}/${containers.length}`
}

export function setText(set: ContainerSet): string {
  const rows = set.containers.map(({ name, service, state, id }) => [name, service, state, id.slice(0, 12)])
  const sealed = set.seal === null ? '' : ', sealed'
  return `${set.version} is ${set.state}${sealed}\n${table(['CONTAINER', 'SERVICE', 'STATE', 'ID'], rows, 'It has no containers')}`
}

export function checkText(report: CheckReport): string {
  const rows = report.results.map(({ container, check, state, saw }) => [container, check.kind, state, saw])
  const verdict = `${report.passed ? 'Passed' : 'Failed'} in ${durationText(report.ms)}`
  return `${verdict}\n${table(['CONTAINER', 'CHECK', 'RESULT', 'SAW'], rows, 'There was nothing to check')}`
}

/** A route as scripts know it: `live` is the version that answers there, or null. */
export function routeRow(route: Route, sets: readonly ContainerSet[]) {
  const live = sets.find(set => set.id === route.setId)?.version ?? null
  return { ...route, listen: `${route.hostname}:${route.port}`, service: route.service, port: route.servicePort, live }
}

export function routeTable(routes: readonly ReturnType<typeof routeRow>[]): string {
  const rows = routes.map(route => [`http://${route.listen}`, `${route.service}:${route.port}`, route.live ?? '-'])
  return table(
    ['LISTENS', 'SERVICE', 'LIVE'],
    rows,
    'No routes yet. Try: flotilla route add FLEET NAME.localhost:8080 web:80',
  )
}

export function journalTable(entries: readonly JournalEntry[]): string {
  const rows = entries.map(entry => [
    String(entry.seq),
    clock(entry.at),
    entry.op,
    `${entry.from ?? '-'} > ${entry.to ?? '-'}`,
    entry.ms === null ? '-' : durationText(entry.ms),
    entry.outcome + (entry.forced ? ' (forced)' : ''),
    entry.cause,
    [entry.undoes === null ? '' : `takes back ${entry.undoes}`, entry.detail, entry.failure?.message ?? '']
      .filter(part => part !== '')
      .join('; '),
  ])
  const heads = ['SEQ', 'AT', 'OPERATION', 'FROM > TO', 'TOOK', 'OUTCOME', 'CAUSE', 'DETAIL']
  return table(heads, rows, 'Nothing has happened yet')
}

export function entryText(entry: JournalEntry): string {
  const took = entry.ms === null ? '' : ` in ${durationText(entry.ms)}`
  const detail = entry.detail === '' ? '' : `: ${clean(entry.detail)}`
  return `${entry.op} ${entry.from ?? '-'} > ${entry.to ?? '-'} ${entry.outcome}${took}${detail}`
}
