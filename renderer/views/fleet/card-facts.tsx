import { UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SetId, Version } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { SnapshotSummary } from '../../../shared/model/views.ts'
import { Digest } from '../../components/digest.tsx'
import { When } from '../../components/when.tsx'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { troubleOf, useRestorable } from '../../state/restorable.ts'
import { driftIn, setIn } from '../../state/versions.ts'
import { inspect } from '../../state/view.ts'
import { countWords, durationWords, sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import type { VersionState } from '../../words/states.ts'
import classes from './card.module.css'

interface Props {
  readonly version: Version
  readonly state: VersionState
  readonly snapshot: SnapshotSummary
}

/** Three things worth knowing of a version in its state. */
export function CardFacts({ version, state, snapshot }: Props) {
  return (
    <dl className={classes.facts}>
      {state === 'live' || state === 'warm' ? (
        <LiveTimes version={version} isLive={state === 'live'} />
      ) : (
        <Fact name="From">{snapshot.parent ?? 'the source'}</Fact>
      )}
      <Fact name="Digest">
        <Digest id={snapshot.id} />
      </Fact>
      {state === 'live' ? (
        <DriftFact version={version} />
      ) : state === 'warm' ? (
        <BackFact />
      ) : (
        <SizeFact version={version} bytes={snapshot.bytes} />
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The size that a version adds, or that it cannot be restored any more, which matters more. */
function SizeFact({ version, bytes }: { readonly version: Version; readonly bytes: number }) {
  const trouble = useRestorable(state => troubleOf(state.checked, version))
  if (trouble !== '') {
    return (
      <Fact name="Restore">
        <span className={classes.drift} title={inert(trouble)}>
          not possible
        </span>
      </Fact>
    )
  }
  return (
    <Fact name="Size">
      <span title={`${bytes} bytes`}>+{sizeWords(bytes)}</span>
    </Fact>
  )
}

function LiveTimes({ version, isLive }: { readonly version: Version; readonly isLive: boolean }) {
  const setId = useFleet(state => setIn(state.view, version)?.id)
  const at = useJournal(state => lastMoveAt(state.entries, setId, isLive ? 'to' : 'from'))
  if (at === null) return <Fact name="Live">{isLive ? 'since the start' : 'not yet'}</Fact>
  return (
    <Fact name={isLive ? 'Live since' : 'Live until'}>
      <When at={at} />
    </Fact>
  )
}

function lastMoveAt(
  entries: readonly JournalEntry[] | null,
  setId: SetId | undefined,
  side: 'from' | 'to',
): number | null {
  return (
    entries?.findLast(entry => entry.outcome === 'done' && entry.moves.some(move => move[side] === setId))?.at ?? null
  )
}

function DriftFact({ version }: { readonly version: Version }) {
  const words = useFleet(state => driftWords(driftIn(state.view, version)))
  return (
    <Fact name="Drift">
      {words === '' ? (
        'none'
      ) : (
        <UnstyledButton className={classes.drift} onClick={() => inspect(version, 'drift')}>
          {words}
        </UnstyledButton>
      )}
    </Fact>
  )
}

function driftWords(drift: ReturnType<typeof driftIn>): string {
  const containers = new Set(drift.map(one => one.container))
  if (containers.size === 0) return ''
  const files = drift.filter(one => one.path !== undefined).length
  return files === 0 ? countWords(containers.size, 'container') : countWords(files, 'file')
}

/** The duration of the last switch, as an estimate for the way back. */
function BackFact() {
  const ms = useJournal(
    state => state.entries?.findLast(entry => entry.outcome === 'done' && entry.moves.length > 0)?.ms ?? null,
  )
  return <Fact name="Switch takes">{ms === null ? 'milliseconds' : durationWords(ms)}</Fact>
}
