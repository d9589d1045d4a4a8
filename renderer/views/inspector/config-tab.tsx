import { Skeleton } from '@mantine/core'
import type { Version } from '../../../shared/model/ids.ts'
import type { SnapshotService } from '../../../shared/model/snapshot.ts'
import { maskPair } from '../../../shared/rules/secrets.ts'
import { Digest } from '../../components/digest.tsx'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { When } from '../../components/when.tsx'
import { call } from '../../session.ts'
import { useFleet } from '../../state/fleet.ts'
import { useRequest } from '../../state/use-request.ts'
import { sizeWords } from '../../words/amounts.ts'
import { checkWords } from '../../words/checks.ts'
import { leftOutWords } from '../../words/left-out.ts'
import { ConfigRows } from './config-rows.tsx'
import classes from './inspector.module.css'

/** The manifest of a version, as people read it. */
export function ConfigTab({ version }: { readonly version: Version }) {
  const fleet = useFleet(state => state.name) ?? ''
  const [asked] = useRequest(() => call('snapshot.show', { fleet, version }))
  if (asked.state === 'waiting') return <Skeleton m="md" height={200} />
  if (asked.state === 'failed') return <Problem failure={asked.failure} />
  const { services, takenAt, by, leftOut, id, note } = asked.value
  return (
    <Scrolled className={classes.scroll} label={`Configuration of ${version}`}>
      <ConfigRows
        title="Snapshot"
        rows={[
          ['Id', <Digest key="id" id={id} />],
          ['Taken', <When key="at" at={takenAt} />],
          ['By', <Safe key="by" text={by} />],
          ['Note', note === '' ? null : <Safe key="note" text={note} />],
          ...leftOut.map(
            one =>
              [
                'Left out',
                <Safe key={one.target} text={`${one.target} of ${one.service}: ${leftOutWords(one)}`} />,
              ] as const,
          ),
        ]}
      />
      {services.map(service => (
        <ConfigRows key={service.name} title={service.name} rows={rowsOf(service)} />
      ))}
    </Scrolled>
  )
}

function rowsOf({ base, imageId, origin, consistent, bytes, replicas, run, checks }: SnapshotService) {
  const code = (text: string) => <Safe className="mono" text={text} />
  return [
    ['Image', code(base)],
    ['Digest', <Digest key="id" id={imageId} />],
    ['Size', sizeWords(bytes)],
    [
      'Made',
      origin === 'commit' ? `committed${consistent ? '' : ' while it ran on: not one moment'}` : 'as its image is',
    ],
    ['Replicas', replicas],
    ['Command', run.command === null ? null : code(run.command.join(' '))],
    ['User', run.user === '' ? null : code(run.user)],
    ...run.environment.map(([name, value]) => [name, code(maskPair(name, value))] as const),
    ...run.ports.map(({ port, protocol }) => ['Port', code(`${port}/${protocol}`)] as const),
    ...run.mounts.map(mount => ['Mount', code(`${mount.source} → ${mount.target}`)] as const),
    ['Memory', run.limits.memoryBytes === 0 ? null : sizeWords(run.limits.memoryBytes)],
    ...checks.map(check => ['Check', checkWords(check)] as const),
  ] as const
}
