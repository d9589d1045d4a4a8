import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import { count } from '../../../shared/rules/count.ts'
import { staysTexts } from '../../../shared/rules/left-behind.ts'
import { fleetNamed, liveSetOf, setOf } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import { setView } from '../../../shared/rules/view.ts'
import type { Caller } from '../caller.ts'
import { seenNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { joinThings, leftBehind, removeThings, thingsOfSet } from '../things.ts'
import { stopForGood } from './restart-policy.ts'
import { goneWith, volumesText } from './set-volumes.ts'

type VersionInput = Parsed<'set.stop'>

/** Stops the containers of a set that is not live, after its last requests have been answered. */
export async function stopSet(parts: Parts, input: VersionInput, caller: Caller): Promise<ContainerSet> {
  return leave(parts, input, 'Stop', async (fleet, set) => {
    const story = { ...named('set.stop', `${fleet.name} ${set.version}`), fleet, from: set.version }
    return tell(parts, caller, story, async ({ signal, progress }) => {
      const { cut } = await parts.proxy.drained(
        set.containers.map(container => container.id),
        signal,
      )
      let done = 0
      await Promise.all(
        set.containers.map(async container => {
          await stopForGood(parts, set, container, signal)
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

/** Removes the containers and the network of a set that is not live. Its snapshot stays, so it can be launched again. */
export async function removeSet(
  parts: Parts,
  input: Parsed<'set.remove'>,
  caller: Caller,
): Promise<Output<'set.remove'>> {
  return leave(parts, input, 'Remove', async (fleet, set) => {
    const ids = set.containers.map(container => container.id)
    const { cut } = await parts.proxy.drained(ids, caller.signal)
    const left = await goneWith(parts, [set], { remove: input.volumes, signal: caller.signal })
    const story = {
      ...named('set.remove', `${fleet.name} ${set.version}`),
      fleet,
      from: set.version,
      removal: {
        things: joinThings([await thingsOfSet(parts, set, caller.signal), left.things]),
        changes: [...left.records, { kind: 'set-gone' as const, setId: set.id }],
      },
    }
    return tell(parts, caller, story, async () => {
      const stay = await removeThings(parts, story.removal.things)
      const { text, removes } = leftBehind(stay)
      const told = volumesText(left, stay)
      return {
        value: { stays: staysTexts(stay) },
        detail: `${count(set.containers.length, 'container')} removed, ${count(cut, 'request')} cut${told}${text}`,
        ...(removes && { removes }),
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
      void parts.pointer.apply().catch(error => parts.log('the proxy was not told', { error }))
    }
  })
}
