import { Button, CopyButton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ContainerInspection, ListedContainer } from '../../../shared/contract/containers.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { stateWords } from '../../../shared/rules/container-words.ts'
import { Answer } from '../../components/answer.tsx'
import { Digest } from '../../components/digest.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { When } from '../../components/when.tsx'
import { call } from '../../session.ts'
import { useRequest } from '../../state/use-request.ts'
import { countWords, durationWords, sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { ConfigRows } from '../inspector/config-rows.tsx'
import inspector from '../inspector/inspector.module.css'
import classes from './containers.module.css'
import { PortAddress } from './port-address.tsx'

interface Props {
  readonly container: Placed<ListedContainer>
}

type Rows = Parameters<typeof ConfigRows>[0]['rows']

/** A readable excerpt of `docker inspect`. */
export function OverviewTab({ container }: Props) {
  return <Inspected key={keyOf(container)} container={container} as={Overview} />
}

/** The whole of `docker inspect`. */
export function JsonTab({ container }: Props) {
  return <Inspected key={keyOf(container)} container={container} as={Json} />
}

/** The container is inspected again when one of these changes. */
function keyOf({ state, health, name }: ListedContainer): string {
  return JSON.stringify([state, health, name])
}

interface InspectionProps extends Props {
  readonly inspection: ContainerInspection
}

interface InspectedProps extends Props {
  readonly as: (props: InspectionProps) => ReactNode
}

function Inspected({ container, as: Shown }: InspectedProps) {
  const { endpoint } = container
  const [asked, again] = useRequest(() => call('container.inspect', { endpoint, container: container.id }))
  return (
    <Answer asked={asked} onAgain={again}>
      {inspection => <Shown inspection={inspection} container={container} />}
    </Answer>
  )
}

function Json({ inspection }: InspectionProps) {
  const { json, listed } = inspection
  return (
    <div className={classes.jsonFrame}>
      <Scrolled className={inspector.scroll} label={`What the engine tells of ${inert(listed.name)}`}>
        <pre className={classes.json}>{json.split('\n').map(inert).join('\n')}</pre>
      </Scrolled>
      <CopyButton value={json}>
        {({ copied, copy }) => (
          <Button className={classes.copy} size="compact-xs" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}

function Overview({ inspection, container }: InspectionProps) {
  const { listed, run, labels, networks, healthLog } = inspection
  const pairs = (list: readonly (readonly [string, string])[]) =>
    list.map(([name, value]) => [name, code(value)] as const)
  const sections: readonly (readonly [string, Rows])[] = [
    ['State', stateRows(inspection)],
    ['Run', runRows(inspection)],
    ['Environment', pairs(run.environment)],
    [
      'Ports',
      listed.ports.map(port => [
        `${port.port}/${port.protocol}`,
        <PortAddress key={listed.id} container={{ ...listed, endpoint: container.endpoint }} port={port} />,
      ]),
    ],
    ['Mounts', run.mounts.map(mountRow)],
    [
      'Networks',
      networks.map(({ name, address, aliases }) => [name, code([address, ...aliases].filter(Boolean).join(', '))]),
    ],
    ['Limits', limitRows(inspection)],
    ['Labels', pairs(labels)],
  ]
  return (
    <Scrolled className={inspector.scroll} label={`Overview of ${inert(listed.name)}`}>
      {sections.map(([title, rows]) =>
        rows.every(([, value]) => value === null) ? null : <ConfigRows key={title} title={title} rows={rows} />,
      )}
      {healthLog.length === 0 ? null : (
        <ConfigRows title="Health checks" rows={healthLog.toReversed().map(healthRow)} />
      )}
    </Scrolled>
  )
}

function code(text: string) {
  return text === '' ? <span className="dim">empty</span> : <Safe className="mono" text={text} />
}

function stateRows({
  listed,
  exitCode,
  error,
  startedAt,
  finishedAt,
  restarts,
  isOutOfMemory,
}: ContainerInspection): Rows {
  const isUp = listed.state === 'running' || listed.state === 'paused'
  return [
    ['State', <Safe key="state" text={stateWords(listed)} />],
    ['Id', <Digest key="id" id={listed.id} />],
    ['Created', <When key="created" at={listed.createdAt} />],
    ['Started', startedAt === null ? null : <When key="started" at={startedAt} />],
    ['Ended', isUp || finishedAt === null ? null : <When key="ended" at={finishedAt} />],
    ['Exit code', isUp || startedAt === null ? null : exitCode],
    ['Out of memory', isOutOfMemory ? 'yes, it was killed for it' : null],
    ['Restarts', restarts === 0 ? null : restarts],
    ['Error', error === '' ? null : <Safe key="error" text={error} />],
  ]
}

function runRows({ listed, run }: ContainerInspection): Rows {
  return [
    ['Image', code(listed.image)],
    ['Digest', <Digest key="digest" id={listed.imageId} />],
    ['Entrypoint', run.entrypoint === null ? null : code(run.entrypoint.join(' '))],
    ['Command', run.command === null ? null : code(run.command.join(' '))],
    ['Folder', run.workingDir === '' ? null : code(run.workingDir)],
    ['User', run.user === '' ? null : code(run.user)],
    ['Restart', run.restart.policy],
    ['Terminal', run.tty ? 'yes' : null],
    ['Privileged', run.privileged ? 'yes: it may do anything on the engine’s machine' : null],
    ['Root', run.readOnlyRoot ? 'read-only' : null],
    ['May also', run.capAdd.length === 0 ? null : code(run.capAdd.join(', '))],
    ['May not', run.capDrop.length === 0 ? null : code(run.capDrop.join(', '))],
  ]
}

function mountRow({ kind, source, target, readOnly }: ContainerInspection['run']['mounts'][number]): Rows[number] {
  const words = kind === 'tmpfs' ? 'in memory' : `${kind} ${source}`
  return [target, code(readOnly ? `${words}, read-only` : words)]
}

function limitRows({ run: { limits, stopGraceMs } }: ContainerInspection): Rows {
  return [
    ['Memory', limits.memoryBytes === 0 ? null : sizeWords(limits.memoryBytes)],
    ['CPU', limits.nanoCpus === 0 ? null : countWords(limits.nanoCpus / 1e9, 'core')],
    ['Processes', limits.pids <= 0 ? null : limits.pids],
    ['Shared memory', limits.shmBytes === 0 ? null : sizeWords(limits.shmBytes)],
    ['Time to stop', stopGraceMs === null ? null : durationWords(stopGraceMs)],
  ]
}

function healthRow({ at, exitCode, output }: ContainerInspection['healthLog'][number]): Rows[number] {
  return [
    exitCode === 0 ? 'Passed' : `Failed, ${exitCode}`,
    <span key={at}>
      {at === null ? null : <When at={at} />} <Safe className="mono" text={output.trim()} />
    </span>,
  ]
}
