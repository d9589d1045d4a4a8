import { Button, Skeleton, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Failure } from '../../../shared/failure.ts'
import type { Name } from '../../../shared/model/ids.ts'
import type { ContainerSummary } from '../../../shared/model/views.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { chooseFleet } from '../../state/feeds.ts'
import { useRequest } from '../../state/use-request.ts'
import { closeDialog, openDialog } from '../../state/view.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { AdoptGroup } from './adopt-group.tsx'
import { adoptable, type Group, type Guess, nameOf } from './guess.ts'
import classes from './new-fleet.module.css'
import { StepFoot } from './step-foot.tsx'
import { useWork } from './use-work.ts'

interface Props {
  readonly endpoint: Name
  /** Ids of the containers that were chosen before; those of the first Compose project if absent. */
  readonly wanted: readonly string[] | undefined
}

export function AdoptStep({ endpoint, wanted }: Props) {
  const [asked] = useRequest(() => call('container.list', { endpoint }))
  if (asked.state === 'waiting') return <Skeleton height={240} />
  if (asked.state === 'failed') return <Problem failure={asked.failure} />
  return <AdoptForm endpoint={endpoint} containers={asked.value} wanted={wanted} />
}

function AdoptForm({ endpoint, containers, wanted }: Props & { readonly containers: readonly ContainerSummary[] }) {
  const groups = useMemo(() => adoptable(containers), [containers])
  const [picked, setPicked] = useState(() => pick(firstChoice(groups, wanted)))
  const [typed, setTyped] = useState<string | null>(null)
  const work = useWork()
  const suggested = [...picked.values()].find(guess => guess.container.compose !== null)?.container.compose?.project
  const name = typed ?? nameOf(suggested ?? 'fleet')
  if (groups.length === 0)
    return <p className={classes.nothing}>No container runs here that is not part of a fleet already.</p>
  const change = (guesses: readonly Guess[], isIn: boolean) => {
    const next = new Map(picked)
    for (const guess of guesses) {
      if (isIn) next.set(guess.container.id, guess)
      else next.delete(guess.container.id)
    }
    setPicked(next)
  }
  const adopt = (keepCopies: boolean) =>
    work.run(async options => {
      const input = { endpoint, name, ...roles([...picked.values()]), keepCopies }
      const fleet = await call('fleet.adopt', input, options)
      closeDialog()
      chooseFleet(fleet.name)
      tellDone({
        title: `${fleet.name} is a fleet now`,
        detail: 'Take its first snapshot',
        action: { verb: 'Snapshot', run: () => openDialog({ kind: 'snapshot' }) },
      })
    })
  const services = [...picked.values()].filter(guess => guess.role === 'service')
  return (
    <div className={dialogs.stack}>
      <p className="dim">Choose what belongs together. The containers are looked at, not touched.</p>
      <div className={classes.groups}>
        {groups.map(group => (
          <AdoptGroup key={group.project} group={group} picked={picked} onChange={change} />
        ))}
      </div>
      <TextInput label="Name of the fleet" value={name} onChange={event => setTyped(event.currentTarget.value)} />
      <StepFoot work={work}>
        {needsCopy(work.failure) ? <Button onClick={() => adopt(true)}>Adopt with copies that stay</Button> : null}
        <Button variant="filled" disabled={services.length === 0} onClick={() => adopt(false)}>
          {services.length === 0
            ? 'Choose a service first'
            : `Adopt ${picked.size === 1 ? 'it' : `these ${picked.size}`}`}
        </Button>
      </StepFoot>
    </div>
  )
}

/** A data service that was started with `--rm` is only adopted as a copy that stays. */
function needsCopy(failure: Failure | null): boolean {
  return failure?.code === 'refused' && failure.message.includes('--rm')
}

function firstChoice(groups: readonly Group[], wanted: Props['wanted']): readonly Guess[] {
  if (wanted !== undefined)
    return groups.flatMap(group => group.guesses).filter(guess => wanted.includes(guess.container.id))
  const [first] = groups
  return first?.project == null ? [] : first.guesses
}

function pick(guesses: readonly Guess[]): ReadonlyMap<string, Guess> {
  return new Map(guesses.map(guess => [guess.container.id, guess]))
}

/** Containers of one service name are its replicas; a data service has one container. */
function roles(guesses: readonly Guess[]) {
  const services = new Map<string, string[]>()
  for (const { role, service, container } of guesses) {
    if (role === 'service') services.set(service, [...(services.get(service) ?? []), container.name])
  }
  return {
    services: [...services].map(([service, own]) => ({ name: service, containers: own })),
    dataServices: guesses
      .filter(guess => guess.role === 'data')
      .map(({ service, container }) => ({ name: service, container: container.name })),
  }
}
