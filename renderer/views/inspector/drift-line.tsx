import { Skeleton, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Drift } from '../../../shared/model/views.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useRequest } from '../../state/use-request.ts'
import { DiffLines } from '../changes/diff-lines.tsx'
import { IgnoreMenu } from '../drift/ignore-menu.tsx'
import classes from './inspector.module.css'

const letters: Readonly<Record<Drift['kind'], readonly [string, string]>> = {
  added: ['A', 'added'],
  changed: ['C', 'changed'],
  deleted: ['D', 'deleted'],
  config: ['≠', 'configuration differs'],
  missing: ['−', 'container is missing'],
  foreign: ['+', 'container is not ours'],
  'image-moved': ['↷', 'the tag moved to another image'],
  exec: ['$', 'something was run in it'],
  stopped: ['■', 'container does not run'],
  replaced: ['⇄', 'was replaced'],
  image: ['≠', 'runs another image'],
  network: ['≠', 'is not connected to a network'],
  mount: ['≠', 'a mounted file or folder was replaced'],
  route: ['≠', 'the route differs'],
  port: ['≠', 'the port is not open'],
}

interface Props {
  readonly fleet: string
  readonly service: string
  readonly container: string
  readonly drift: Drift
}

/** One thing that differs. A file opens on its lines: the image's and the container's. */
export function DriftLine({ fleet, service, container, drift }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [letter, words] = letters[drift.kind]
  return (
    <li className={classes.driftLine} data-kind={drift.kind}>
      <span className={classes.letter} title={words}>
        <span aria-hidden>{letter}</span>
        <span className="told">{words}</span>
      </span>
      <div className={classes.path}>
        {drift.path === undefined ? null : (
          <UnstyledButton className={classes.pathButton} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Safe className="mono" text={drift.path} />
            <IconChevronRight size={14} aria-hidden />
          </UnstyledButton>
        )}
        {drift.detail === undefined ? null : (
          <Safe className={drift.kind === 'exec' ? 'mono' : undefined} text={drift.detail} />
        )}
        {drift.path === undefined && drift.detail === undefined ? words : null}
      </div>
      {drift.path === undefined ? null : <IgnoreMenu fleet={fleet} service={service} path={drift.path} />}
      {isOpen && drift.path !== undefined ? (
        <DriftedFile fleet={fleet} container={container} path={drift.path} />
      ) : null}
    </li>
  )
}

function DriftedFile({ fleet, container, path }: Pick<Props, 'fleet' | 'container'> & { readonly path: string }) {
  const [asked] = useRequest(() => call('drift.file', { fleet, container, path }))
  if (asked.state === 'waiting') return <Skeleton className={classes.file} height={64} aria-label="Reading the file" />
  if (asked.state === 'failed') {
    return (
      <div className={classes.file}>
        <Problem failure={asked.failure} />
      </div>
    )
  }
  const { before, after, isText } = asked.value
  return (
    <div className={classes.file}>
      {isText && (before !== null || after !== null) ? (
        <DiffLines before={before ?? ''} after={after ?? ''} path={path} />
      ) : (
        <p className="dim">Not text, or too large to be laid over each other.</p>
      )}
    </div>
  )
}
