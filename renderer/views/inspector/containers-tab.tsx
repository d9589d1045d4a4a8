import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { assertNever } from '../../../shared/failure.ts'
import type { ContainerSet, SetContainer } from '../../../shared/model/container-set.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { FleetView } from '../../../shared/model/views.ts'
import { Digest } from '../../components/digest.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { useFleet } from '../../state/fleet.ts'
import { setIn } from '../../state/versions.ts'
import { inert } from '../../words/inert.ts'
import { cellShape } from '../../words/states.ts'
import classes from './inspector.module.css'

type Line =
  | { readonly kind: 'service'; readonly name: string; readonly count: number }
  | { readonly kind: 'container'; readonly container: SetContainer; readonly isDrifted: boolean }
  | { readonly kind: 'data'; readonly data: FleetView['dataServices'][number]; readonly drift: string }

const noData: FleetView['dataServices'] = []

export function ContainersTab({ version }: { readonly version: Version }) {
  const set = useFleet(state => setIn(state.view, version))
  const data = useFleet(state => state.view?.dataServices) ?? noData
  const drift = useFleet(state => state.view?.drift)
  const drifted = new Set(drift?.filter(one => one.setId === set?.id).map(one => one.container))
  const lines = linesOf(set, { data, drifted, dataDrift: drift?.filter(one => one.subject === 'data') ?? [] })
  const scroll = useRef<HTMLElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    estimateSize: index => (lines[index]?.kind === 'service' ? 32 : 46),
    overscan: 8,
    // Its size goes with a line, not with its place: lines come and go.
    getItemKey: index => keyOf(lines[index]),
    getScrollElement: () => scroll.current,
  })
  return (
    <Scrolled ref={scroll} className={classes.scroll} label={`Containers of ${version}`}>
      {set === undefined ? (
        <p className={classes.nothing}>{version} has no containers: only its snapshot is there.</p>
      ) : null}
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start, size }) => {
          const line = lines[index]
          return line === undefined ? null : (
            <li key={key} className={classes.row} style={{ transform: `translateY(${start}px)`, height: size }}>
              <LineRow line={line} />
            </li>
          )
        })}
      </ul>
    </Scrolled>
  )
}

function keyOf(line: Line | undefined): string {
  switch (line?.kind) {
    case 'service':
      return `service/${line.name}`
    case 'container':
      return line.container.id
    case 'data':
      return `data/${line.data.name}`
    default:
      return ''
  }
}

interface LineSources {
  readonly data: FleetView['dataServices']
  /** Names of the set's containers that drifted. */
  readonly drifted: ReadonlySet<string>
  /** The drift of data services. */
  readonly dataDrift: FleetView['drift']
}

function linesOf(set: ContainerSet | undefined, { data, drifted, dataDrift }: LineSources): Line[] {
  const services = [...new Set(set?.containers.map(container => container.service))]
  const own = services.flatMap((name): Line[] => {
    const containers = set?.containers.filter(container => container.service === name) ?? []
    return [
      { kind: 'service', name, count: containers.length },
      ...containers.map(
        (container): Line => ({ kind: 'container', container, isDrifted: drifted.has(container.name) }),
      ),
    ]
  })
  if (data.length === 0) return own
  return [
    ...own,
    { kind: 'service', name: 'Data services', count: data.length },
    ...data.map((one): Line => {
      const own = dataDrift.filter(({ container }) => container === one.container)
      return { kind: 'data', data: one, drift: own.map(({ detail, kind }) => detail ?? kind).join(', ') }
    }),
  ]
}

function LineRow({ line }: { readonly line: Line }) {
  switch (line.kind) {
    case 'service':
      return (
        <h3 className={classes.group}>
          <Safe text={line.name} /> <span>{line.count}</span>
        </h3>
      )
    case 'container':
      return (
        <>
          <span className={classes.cell} data-shape={cellShape(line.container.state)} aria-hidden />
          <div className={classes.words}>
            <Safe className="clip" text={line.container.name} />
            <span className={classes.sub}>
              {line.container.state}
              {line.isDrifted ? <strong className={classes.drifted}> · drifted</strong> : null}
            </span>
          </div>
          <Digest id={line.container.id} />
        </>
      )
    case 'data':
      return (
        <>
          <span className={classes.cell} data-shape={cellShape(line.data.state)} data-tone="data" aria-hidden />
          <div className={classes.words}>
            <Safe className="clip" text={line.data.container} />
            <span className={`${classes.sub} clip`}>
              {line.data.state} · {line.data.volumes.join(', ')}
              {line.drift === '' ? null : <strong className={classes.drifted}> · {inert(line.drift)}</strong>}
            </span>
          </div>
        </>
      )
    default:
      return assertNever(line)
  }
}
