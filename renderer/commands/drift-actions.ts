import type { DriftedContainer } from '../../shared/contract/drift.ts'
import type { Input } from '../../shared/contract.ts'
import { toFailure } from '../../shared/failure.ts'
import { call } from '../session.ts'
import { chooseFleet } from '../state/feeds.ts'
import { useFleets } from '../state/fleets.ts'
import { closePlan, openPlan } from '../state/plan.ts'
import { openDialog, showScreen } from '../state/view.ts'
import { countWords } from '../words/amounts.ts'
import { tellDone, tellFailure } from './tell.tsx'

type Target = Pick<DriftedContainer, 'fleet' | 'container'> & Partial<Pick<DriftedContainer, 'drift'>>
type Kept = Pick<DriftedContainer, 'fleet' | 'container' | 'version' | 'service'>
type OfData = Pick<DriftedContainer, 'fleet' | 'container' | 'service'>

/** Replaces containers by clean copies, one after the other, once the plan was seen. `keep`: what may be kept before. */
export function heal(targets: readonly Target[], keep?: Kept): void {
  const [only] = targets
  if (only === undefined) return
  const what = targets.length === 1 ? only.container : countWords(targets.length, 'container')
  const isForeign = only.drift?.some(({ kind }) => kind === 'foreign') ?? false
  const words = healWords(what, targets.length === 1, isForeign)
  const containers = targets.map(({ fleet, container }) => ({ fleet, container }))
  openPlan({
    title: words.title,
    places: placesOf(containers.map(({ fleet }) => fleet)),
    verb: words.verb,
    ...(keep === undefined
      ? {}
      : {
          first: {
            verb: 'Keep it in a snapshot first',
            open: () => {
              closePlan()
              keepDrift(keep)
            },
          },
        }),
    load: signal => call('drift.healPlan', { containers }, { signal }),
    run: async options => {
      for (const [done, target] of containers.entries()) {
        options.onProgress?.({ done, total: containers.length, what: `Heal ${target.container}` })
        await call('set.heal', target, { ...(options.signal && { signal: options.signal }) })
      }
      tellDone(words.done)
    },
  })
}

/** A foreign container is removed, any other replaced. */
function healWords(what: string, isOne: boolean, isForeign: boolean) {
  if (isOne && isForeign)
    return {
      title: `Remove ${what}`,
      verb: 'Remove it',
      done: { title: `${what} is removed`, detail: 'Its volumes stay' },
    }
  return {
    title: `Heal ${what}`,
    verb: isOne ? 'Replace with a clean copy' : `Heal ${what}`,
    done: { title: `${what} clean again`, detail: 'Replaced from the snapshot' },
  }
}

/** The endpoints where these fleets live. */
function placesOf(names: readonly string[]): string[] {
  const fleets = useFleets.getState().fleets ?? []
  return [...new Set(fleets.filter(({ name }) => names.includes(name)).map(({ endpoint }) => endpoint))]
}

/** The next version is taken from the container that drifted. */
export function keepDrift({ fleet, container, version, service }: Kept): void {
  if (version === null) return
  chooseFleet(fleet)
  showScreen('fleet')
  openDialog({ kind: 'snapshot', of: { version, containers: [{ service, container }] } })
}

/** Starts a data service once the plan was seen, or records its container as it is now. */
export async function answerData(answer: 'start' | 'adopt', { fleet, container, service }: OfData): Promise<void> {
  if (answer === 'start') return startData({ fleet, container, service })
  try {
    await call('data.adopt', { fleet, service })
    tellDone({ title: `${service} is adopted`, detail: `${container} is recorded as it runs now` })
  } catch (error) {
    tellFailure(`${service} is as it was`, toFailure(error))
  }
}

function startData({ fleet, container, service }: OfData): void {
  openPlan({
    title: `Start ${service} of ${fleet}`,
    places: placesOf([fleet]),
    verb: `Start ${service}`,
    load: signal => call('data.startPlan', { fleet, service }, { signal }),
    run: async options => {
      await call('data.start', { fleet, service }, options)
      tellDone({ title: `${service} is started`, detail: `${container} runs` })
    },
  })
}

export async function ignorePaths(input: Input<'drift.ignore'>): Promise<void> {
  try {
    await call('drift.ignore', input)
    const [added] = input.add ?? []
    if (added === undefined) return
    tellDone({
      title: `${added} is ignored in ${input.service}`,
      detail: 'Changes there are no drift any more',
      action: { verb: 'Undo', run: () => ignorePaths({ fleet: input.fleet, service: input.service, remove: [added] }) },
    })
  } catch (error) {
    tellFailure('What is ignored was not changed', toFailure(error))
  }
}
