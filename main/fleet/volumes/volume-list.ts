import type { ThingsRemoved, VolumeSummary } from '../../../shared/contract/volumes.ts'
import type { Emit, Item, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import { isAnonymousVolume } from '../../../shared/rules/complete-run.ts'
import { LABEL, LABEL_PREFIX } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { chooseThings, volumeOwners } from '../../../shared/rules/volumes.ts'
import type { Caller } from '../caller.ts'
import { followLook } from '../feeds/follow-look.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { planOfThings, refuseAllKept, removedText, removeThings, thingsNamed } from './things-remove.ts'

/** Every volume of the endpoint, with its size where the engine measures it. */
export async function listVolumes(parts: Parts, signal: AbortSignal): Promise<VolumeSummary[]> {
  return look(parts, await parts.engine.volumeSizes({ signal }), signal)
}

/** The list at once, the sizes as soon as the engine has measured them; measured again when a volume comes or goes. */
export function followVolumes(parts: Parts, emit: Emit<Item<'volumes.state'>>): () => void {
  let sizes: ReadonlyMap<string, number> = new Map()
  let measured = ''
  return followLook<VolumeSummary[]>(
    parts,
    {
      hints: ({ kind, action }) =>
        kind === 'volume' || (kind === 'container' && /^(create|destroy|start|die)$/.test(action)),
      async look(signal, tell) {
        const volumes = await look(parts, sizes, signal)
        tell(volumes)
        const names = volumes.map(({ name, usedBy }) => `${name} ${usedBy.length}`).join()
        if (names === measured) return
        sizes = await parts.engine.volumeSizes({ signal })
        measured = names
        tell(await look(parts, sizes, signal))
      },
    },
    ({ value, failure }) => emit({ volumes: value, failure }),
  )
}

async function look(parts: Parts, sizes: ReadonlyMap<string, number>, signal: AbortSignal): Promise<VolumeSummary[]> {
  const [rows, uses] = await Promise.all([parts.engine.volumeRows({ signal }), parts.engine.containerUses({ signal })])
  const containers = uses.filter(use => use.labels.get(LABEL.role) !== 'compare')
  const owners = volumeOwners(parts.store.journal.state(), rows, containers)
  return rows
    .map(row => ({
      ...row,
      isAnonymous: isAnonymousVolume(row.name),
      labels: [...row.labels].map(([name, value]): [string, string] => [name, value]),
      bytes: sizes.get(row.name) ?? null,
      usedBy: containers.flatMap(({ id, name, state, volumes }) => {
        const mount = volumes.find(volume => volume.name === row.name)
        if (mount === undefined) return []
        return [{ id, name, state, detail: mount.readOnly ? `${mount.target}, read-only` : mount.target }]
      }),
      owner: owners.get(row.name) ?? null,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export async function createVolume(parts: Parts, input: Parsed<'volume.create'>, caller: Caller): Promise<void> {
  const { name, driver, labels } = input
  refuseOurLabels(labels)
  await tell(parts, caller, { ...named('volume.create', name), fleet: null }, async ({ signal }) => {
    // The engine answers a second creation with the volume that is there.
    const rows = await parts.engine.volumeRows({ signal })
    if (rows.some(row => row.name === name)) fail('conflict', `There is already a volume ${name}`)
    await parts.engine.createVolume({ name, driver, labels }, { signal })
    return { value: undefined, detail: name }
  })
}

/** By our labels we find what is ours again: nobody else gives them. */
export function refuseOurLabels(labels: readonly (readonly [string, string])[]): void {
  const ours = labels.find(([name]) => name.startsWith(LABEL_PREFIX))
  if (ours !== undefined) fail('bad-input', `Labels that begin with ${LABEL_PREFIX} are Flotilla's own: ${ours[0]}`)
}

export async function planOfVolumeRemoval(
  parts: Parts,
  input: Parsed<'volume.removePlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const volumes = thingsNamed(await listVolumes(parts, signal), input.names, 'volume')
  return planOfThings(chooseThings(volumes, input.insist), { one: 'volume', detail })
}

export async function removeVolumes(
  parts: Parts,
  input: Parsed<'volume.remove'>,
  caller: Caller,
): Promise<ThingsRemoved> {
  const about = input.names.length === 1 ? `the volume ${input.names[0]}` : `${input.names.length} volumes`
  return tell(parts, caller, { ...named('volume.remove', about), fleet: null, forced: input.insist }, async running => {
    const volumes = thingsNamed(await listVolumes(parts, running.signal), input.names, 'volume')
    const choice = chooseThings(volumes, input.insist)
    refuseAllKept(choice, { owned: 'Insist, if its data may go for good' })
    return removeChosen(parts, choice, running)
  })
}

export async function planOfVolumePrune(
  parts: Parts,
  input: Parsed<'volume.prunePlan'>,
  signal: AbortSignal,
): Promise<Plan & { bytes: number }> {
  const choice = await choosePrune(parts, input, signal)
  return { ...planOfThings({ ...choice, kept: [] }, { one: 'volume', detail }), bytes: bytesOf(choice.doomed) }
}

/** Removes what no container holds and no fleet owns. */
export async function pruneVolumes(
  parts: Parts,
  input: Parsed<'volume.prune'>,
  caller: Caller,
): Promise<ThingsRemoved> {
  return tell(parts, caller, { ...named('volume.prune'), fleet: null }, async running => {
    const choice = await choosePrune(parts, input, running.signal)
    return removeChosen(parts, { ...choice, kept: [] }, running)
  })
}

type Choice = ReturnType<typeof chooseThings<VolumeSummary>>

async function choosePrune(parts: Parts, { anonymousOnly }: Parsed<'volume.prune'>, signal: AbortSignal) {
  const volumes = await listVolumes(parts, signal)
  return chooseThings(anonymousOnly ? volumes.filter(volume => volume.isAnonymous) : volumes, false)
}

async function removeChosen(parts: Parts, choice: Choice, running: Parameters<typeof removeThings>[2]) {
  const { signal } = running
  const remove = (name: string) => parts.engine.removeVolume(name, { signal })
  const told = await removeThings(choice, { one: 'volume', detail, remove }, running)
  const freedBytes = bytesOf(choice.doomed.filter(({ name }) => told.removed.includes(name)))
  return { value: { ...told, freedBytes }, detail: removedText(told, 'volume') }
}

function bytesOf(volumes: readonly VolumeSummary[]): number {
  return volumes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
}

function detail({ bytes, driver }: VolumeSummary): string {
  return bytes === null ? driver : `${driver}, ${bytesText(bytes)}`
}
