import { Button } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { Version } from '../../../shared/model/ids.ts'
import type { Drift, FleetView } from '../../../shared/model/views.ts'
import { heal, keepDrift } from '../../commands/drift-actions.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { setIn } from '../../state/versions.ts'
import { countWords } from '../../words/amounts.ts'
import { DriftLine } from './drift-line.tsx'
import classes from './inspector.module.css'

type SetDrift = FleetView['drift'][number]

const none: readonly SetDrift[] = []

/** The drift of a version, with the actions for it. */
export function DriftTab({ version }: { readonly version: Version }) {
  const drift = useFleet(state => state.view?.drift) ?? none
  const setId = useFleet(state => setIn(state.view, version)?.id)
  const own = drift.filter(one => one.setId === setId)
  const containers = [...new Set(own.map(one => one.container))]
  if (own.length === 0) {
    return (
      <div className={classes.clean}>
        <IconCircleCheck size={32} stroke={1.25} aria-hidden />
        <p>
          {setId === undefined
            ? `${version} is not running, so nothing can drift.`
            : `Everything that runs is as the snapshot ${version} says.`}
        </p>
      </div>
    )
  }
  return (
    <Scrolled className={classes.scroll} label={`Drift of ${version}`}>
      {containers.map(container => (
        <DriftedContainer
          key={container}
          version={version}
          container={container}
          drift={own.filter(one => one.container === container)}
        />
      ))}
    </Scrolled>
  )
}

interface Props {
  readonly version: Version
  readonly container: string
  readonly drift: readonly Drift[]
}

function DriftedContainer({ version, container, drift }: Props) {
  const fleet = useFleet(state => state.view?.fleet.name)
  const isReadOnly = useIsReadOnly()
  const files = drift.filter(one => one.path !== undefined).length
  const service = drift[0]?.service ?? ''
  const isNetwork = drift[0]?.subject === 'network'
  if (fleet === undefined) return null
  const drifted = { fleet, container, version, service }
  return (
    <section className={classes.drift} aria-label={container}>
      <h3>
        <Safe text={container} />
      </h3>
      <p className="dim">
        {isNetwork
          ? 'The network of this version is not the one that it was launched with: launch the version again.'
          : files === 0
            ? 'It differs from what it was launched as.'
            : `${countWords(files, 'file differs', 'files differ')} from the image it was launched from.`}
      </p>
      <ul>
        {drift.slice(0, 200).map(one => (
          <DriftLine
            key={`${one.kind}/${one.path}/${one.detail}`}
            fleet={fleet}
            service={service}
            container={container}
            drift={one}
          />
        ))}
      </ul>
      {drift.length > 200 ? <p className="dim">and {drift.length - 200} more</p> : null}
      {isNetwork ? null : (
        <div className={classes.answers}>
          <Button disabled={isReadOnly} onClick={() => heal([drifted], drifted)}>
            Replace with a clean copy
          </Button>
          <Button disabled={isReadOnly} onClick={() => keepDrift(drifted)}>
            Keep in a snapshot
          </Button>
        </div>
      )}
    </section>
  )
}
