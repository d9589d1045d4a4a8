import type { Parsed } from '../../../shared/contract.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import type { ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import { isPortTaken } from '../../../shared/rules/host-ports.ts'
import { fleetNamed, liveSetOf, setOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import { setView } from '../../../shared/rules/view.ts'
import { tell } from '../operations.ts'
import type { Asked, Parts } from '../parts.ts'
import { seenNow } from '../seen.ts'
import { joinThings, removeThings, thingsOfSet } from '../things.ts'
import { ensureDataLayer } from './data-layer.ts'
import { goneWith, volumesText } from './set-volumes.ts'
import { validate } from './validate.ts'

type VersionInput = Parsed<'set.stop'>

/** Stops the containers of a set that is not live, after its last requests have been answered. */
export async function stopSet(parts: Parts, input: VersionInput, asked: Asked): Promise<ContainerSet> {
  return leave(parts, input, 'Stop', async (fleet, set) => {
    const story = { op: 'set.stop' as const, title: `Stop ${fleet.name} ${set.version}`, fleet, from: set.version }
    return tell(parts, asked, story, async ({ signal, progress }) => {
      const { cut } = await parts.proxy.drained(
        set.containers.map(container => container.id),
        signal,
      )
      let done = 0
      await Promise.all(
        set.containers.map(async container => {
          await parts.engine.stopContainer(container.id, 10_000, { signal })
          done += 1
          progress(done, set.containers.length, `${container.name} stopped`)
        }),
      )
      const stopped: RecordedSet = { ...set, state: 'stopped' }
      await parts.observed.refresh()
      return {
        value: setView(parts.store.journal.state(), seenNow(parts), stopped),
        detail: `${count(set.containers.length, 'container')} stopped, ${count(cut, 'request')} cut`,
        changes: [{ kind: 'set', set: stopped }],
      }
    })
  })
}

/** Starts the containers of a stopped set again, and checks them. */
export async function startSet(parts: Parts, input: VersionInput, asked: Asked): Promise<ContainerSet> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  return parts.operations.inTurn(`set ${fleet.id} ${input.version}`, async () => {
    const set = setOf(parts.store.journal.state(), fleet, input.version)
    if (set.state !== 'stopped') fail('refused', `${fleet.name} ${set.version} runs already`)
    const story = { op: 'set.start' as const, title: `Start ${fleet.name} ${set.version}`, fleet, to: set.version }
    const started = await tell(parts, asked, story, async ({ signal }) => {
      await ensureDataLayer(parts, fleet, { operation: set.id, signal })
      await startContainers(parts, { fleet: fleet.name, set, signal })
      await parts.observed.refresh()
      const snapshot = snapshotOf(parts.store.journal.state(), fleet, set.version)
      const report = await validate(parts, { set, snapshot, signal, depth: 'whole' })
      const running: RecordedSet = { ...set, state: 'running', report }
      return { value: running, detail: reportText(report), changes: [{ kind: 'set', set: running }], to: set.version }
    })
    void parts.pointer.apply().catch(error => parts.log(`the proxy was not told: ${toFailure(error).message}`))
    return setView(parts.store.journal.state(), seenNow(parts), started)
  })
}

/** They keep their host ports: one that another program took meanwhile can only be left to it. */
async function startContainers(
  { engine }: Parts,
  { fleet, set, signal }: { fleet: string; set: RecordedSet; signal: AbortSignal },
): Promise<void> {
  const start = (id: string) =>
    engine.startContainer(id, { signal }).catch(error => {
      const { code, message } = toFailure(error)
      if (!isPortTaken(message)) throw error
      const hint = `Launch it anew, with other host ports: flotilla set launch ${fleet} ${set.version}`
      fail(code, message, { hint, cause: error })
    })
  await Promise.all(set.containers.map(({ id }) => start(id)))
}

/** Removes the containers and the network of a set that is not live. Its snapshot stays, so it can be launched again. */
export async function removeSet(parts: Parts, input: Parsed<'set.remove'>, asked: Asked): Promise<void> {
  await leave(parts, input, 'Remove', async (fleet, set) => {
    const ids = set.containers.map(container => container.id)
    const { cut } = await parts.proxy.drained(ids, asked.signal)
    const left = await goneWith(parts, [set], { remove: input.volumes, signal: asked.signal })
    const story = {
      op: 'set.remove' as const,
      title: `Remove ${fleet.name} ${set.version}`,
      fleet,
      from: set.version,
      removal: {
        things: joinThings([await thingsOfSet(parts, set, asked.signal), left.things]),
        changes: [...left.records, { kind: 'set-gone' as const, setId: set.id }],
      },
    }
    await tell(parts, asked, story, async () => {
      await removeThings(parts, story.removal.things)
      const told = volumesText(left, input.volumes)
      return {
        value: undefined,
        detail: `${count(set.containers.length, 'container')} removed, ${count(cut, 'request')} cut${told}`,
      }
    })
  })
}

/** A set that is about to leave takes no more traffic: not live, and nothing may be pointed at it meanwhile. */
async function leave<T>(
  parts: Parts,
  input: VersionInput,
  verb: string,
  work: (fleet: { id: RecordedSet['fleetId']; name: string }, set: RecordedSet) => Promise<T>,
): Promise<T> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  return parts.operations.inTurn(`set ${fleet.id} ${input.version}`, async () => {
    const now = parts.store.journal.state()
    const set = setOf(now, fleet, input.version)
    if (liveSetOf(now, fleet.id)?.id === set.id) {
      fail('refused', `${fleet.name} ${set.version} is live`, { hint: `${verb} it after a switch to another version` })
    }
    parts.live.leaving.add(set.id)
    try {
      await parts.pointer.apply()
      return await work(fleet, set)
    } finally {
      parts.live.leaving.delete(set.id)
      void parts.pointer.apply().catch(error => parts.log(`the proxy was not told: ${toFailure(error).message}`))
    }
  })
}
