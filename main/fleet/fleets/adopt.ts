import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { DataService, Fleet, Service } from '../../../shared/model/fleet.ts'
import type { FleetId } from '../../../shared/model/ids.ts'
import { defaultPace, derivedChecks } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { copyName, LABEL } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { attachTo } from '../sets/attach-data.ts'
import { tell } from '../tell.ts'
import { type Copy, discardCopies, makeCopy, replaceByCopy, thingsOfCopies, vanishes } from './keep-copy.ts'
import { refuseWhileFleetsAreLost } from './lost-fleets.ts'

type AdoptInput = Parsed<'fleet.adopt'>

/**
 * Makes a fleet from containers that exist. They are looked at, never changed; only a data service that the engine would
 * remove when it stops is replaced by a copy that stays, where that is asked for.
 */
export async function adoptFleet(parts: Parts, input: AdoptInput, caller: Caller): Promise<Fleet> {
  refuseTakenName(parts, input.name)
  refuseTwice(input)
  const [services, data] = await Promise.all([
    Promise.all(input.services.map(service => adoptService(parts, service, caller.signal))),
    Promise.all(
      input.dataServices.map(async ({ name, container }) => ({
        name,
        detail: await inspectForeign(parts, container, caller.signal),
      })),
    ),
  ])
  const going = data.map(({ detail }) => detail).filter(detail => detail.autoRemove)
  if (!input.keepCopies) refuseGoing(going)
  const fleet: Fleet = {
    id: `fleet-${parts.newId()}` as FleetId, // a fresh id becomes a fleet's here
    name: input.name,
    createdAt: parts.now(),
    from: 'adopted',
    endpoint: parts.endpoint,
    services,
    dataServices: data.map(one => dataService(parts, one)),
  }
  return createFleet(parts, fleet, going, caller)
}

function refuseGoing([first]: readonly ContainerDetail[]): void {
  if (first === undefined) return
  fail('refused', `${first.name} ${vanishes}`, {
    hint: 'Adopt it with a copy that stays and takes its name (--keep-copies), or start it again without --rm',
  })
}

/** Records a new fleet, if its name is still free. */
async function createFleet(
  parts: Parts,
  draft: Fleet,
  going: readonly ContainerDetail[],
  caller: Caller,
): Promise<Fleet> {
  const copies: Copy[] = []
  const story = {
    ...named('fleet.adopt', draft.name),
    fleet: draft,
    names: (operation: string) => going.map(({ name }) => copyName(name, operation)),
  }
  for (const { name } of going) parts.live.replacing.add(name)
  try {
    const fleet = await tell(parts, caller, story, async running => {
      refuseTakenName(parts, draft.name)
      for (const detail of going) copies.push(await makeCopy(parts, detail, running))
      const made = await withCopies(parts, draft, copies, running.signal)
      return {
        value: made,
        detail: madeText(made, copies),
        changes: [{ kind: 'fleet', fleet: made }],
        ...(copies.length > 0 && { removes: thingsOfCopies(copies) }),
      }
    })
    const replacing = copies.splice(0)
    await Promise.all(
      replacing.map(({ id, old }) => replaceByCopy(parts, { id, name: old.name, oldId: old.id })),
    ).catch(error => {
      parts.unfinished.add(parts.store.journal.state().seq)
      throw error
    })
    return fleet
  } catch (error) {
    await discardCopies(parts, copies)
    throw error
  } finally {
    for (const { name } of going) parts.live.replacing.delete(name)
  }
}

async function withCopies(parts: Parts, draft: Fleet, copies: readonly Copy[], signal: AbortSignal): Promise<Fleet> {
  const dataServices: DataService[] = []
  for (const data of draft.dataServices) {
    const copy = copies.find(({ old }) => old.name === data.container)
    if (copy === undefined) dataServices.push(data)
    else {
      const detail = await parts.engine.inspectContainer(copy.id, { signal })
      // A container that has not started yet tells no published ports.
      dataServices.push(attachTo(parts, { ...data, imageId: copy.imageId }, { ...detail, ports: copy.old.ports }))
    }
  }
  return { ...draft, dataServices }
}

function madeText({ from, services }: Fleet, copies: readonly Copy[]): string {
  const names = services.map(service => service.name).join(', ')
  const replaced = copies.map(({ old }) => old.name).join(', ')
  return `${from}: ${names}${replaced === '' ? '' : `; ${replaced} replaced by a copy that stays`}`
}

export function refuseTakenName(parts: Parts, name: string): void {
  refuseWhileFleetsAreLost(parts)
  const taken = [...parts.everywhere().fleets.values()].some(fleet => fleet.name === name)
  if (taken) fail('conflict', `There is a fleet named ${name} already`, { hint: 'Choose another name' })
}

function refuseTwice({ services, dataServices }: AdoptInput): void {
  const names = [...services, ...dataServices].map(service => service.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    fail('bad-input', `Two services are named ${twice}`, {
      hint: 'Name several containers of one service together: web=a,b',
    })
  const containers = [...services.flatMap(service => service.containers), ...dataServices.map(data => data.container)]
  const shared = containers.find((container, index) => containers.indexOf(container) !== index)
  if (shared !== undefined) fail('bad-input', `The container ${shared} is named twice`)
}

async function adoptService(
  parts: Parts,
  { name, containers }: AdoptInput['services'][number],
  signal: AbortSignal,
): Promise<Service> {
  const details = await Promise.all(containers.map(id => inspectForeign(parts, id, signal)))
  const first = details[0] ?? fail('bad-input', `${name} has no container`)
  const apart = details.find(detail => detail.imageId !== first.imageId)
  if (apart !== undefined) {
    fail('bad-input', `${first.name} and ${apart.name} run different images`, {
      hint: 'Replicas of a service share one image: make them two services',
    })
  }
  return {
    name,
    replicas: details.length,
    checks: [...derivedChecks(first.run)],
    pace: defaultPace,
    dependsOn: [],
    source: details.map(detail => detail.name),
    ignored: [],
  }
}

function dataService(
  parts: Parts,
  { name, detail }: { readonly name: DataService['name']; readonly detail: ContainerDetail },
): DataService {
  const { image, imageId } = detail
  return attachTo(parts, { name, container: detail.name, run: null, image, imageId }, detail)
}

export async function inspectForeign(parts: Parts, id: string, signal: AbortSignal): Promise<ContainerDetail> {
  const detail = await parts.engine.inspectContainer(id, { signal })
  if (detail.labels.get(LABEL.role) === 'set') {
    fail('refused', `${detail.name} is part of a container set already`, {
      hint: 'Take a snapshot of its fleet instead',
    })
  }
  return detail
}

/** Gives a fleet another name. What runs keeps its names; what is made from now on gets the new one. */
export async function renameFleet(parts: Parts, input: Parsed<'fleet.rename'>, caller: Caller): Promise<Fleet> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  refuseTakenName(parts, input.name)
  const story = { ...named('fleet.rename', `${fleet.name} to ${input.name}`), fleet }
  return tell(parts, caller, story, async () => {
    refuseTakenName(parts, input.name)
    const renamed: Fleet = { ...fleetNamed(parts.store.journal.state(), input.fleet), name: input.name }
    return {
      value: renamed,
      detail: `${fleet.name} is ${input.name} now`,
      changes: [{ kind: 'fleet', fleet: renamed }],
    }
  })
}

/** Replaces the checks of a service. They are part of every snapshot from now on; earlier ones keep theirs. */
export async function setChecks(parts: Parts, input: Parsed<'fleet.checks'>, caller: Caller): Promise<Fleet> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  if (!fleet.services.some(service => service.name === input.service))
    fail('not-found', `${fleet.name} has no service ${input.service}`)
  const story = { ...named('fleet.checks', input.service), fleet }
  return tell(parts, caller, story, async () => {
    const now = fleetNamed(parts.store.journal.state(), input.fleet)
    const services = now.services.map(service =>
      service.name === input.service ? { ...service, checks: input.checks, pace: input.pace ?? service.pace } : service,
    )
    const edited: Fleet = { ...now, services }
    return {
      value: edited,
      detail: `${count(input.checks.length, 'check')} of ${input.service}`,
      changes: [{ kind: 'fleet', fleet: edited }],
    }
  })
}
