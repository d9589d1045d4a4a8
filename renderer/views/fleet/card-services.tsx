import type { ContainerSet } from '../../../shared/model/container-set.ts'
import type { SnapshotSummary } from '../../../shared/model/views.ts'
import { Safe } from '../../components/safe.tsx'
import { useFleet } from '../../state/fleet.ts'
import { countWords } from '../../words/amounts.ts'
import classes from './card.module.css'
import { ReplicaCells } from './replica-cells.tsx'

/** Most rows of a card; with more services it shows counts. */
const MOST_ROWS = 3

interface Props {
  readonly services: SnapshotSummary['services']
  readonly set: ContainerSet | undefined
}

export function CardServices({ services, set }: Props) {
  const drift = useFleet(state => state.view?.drift)
  const results = useFleet(state => state.view?.checking.find(one => one.setId === set?.id)?.results)
  const waiting = new Set(results?.filter(one => one.state !== 'passed').map(one => one.container))
  const drifted = new Set(drift?.filter(one => one.setId === set?.id).map(one => one.container))
  const shown = services.length > MOST_ROWS ? services.slice(0, MOST_ROWS - 1) : services
  return (
    <ul className={classes.services}>
      {shown.map(service => (
        <li key={service.name} className={classes.service}>
          <Safe className={`clip ${classes.serviceName}`} text={service.name} />
          <ReplicaCells
            service={service.name}
            wanted={service.replicas}
            containers={set?.containers.filter(container => container.service === service.name)}
            drifted={drifted}
            waiting={waiting}
          />
        </li>
      ))}
      {shown.length === services.length ? null : (
        <li className={classes.more}>and {countWords(services.length - shown.length, 'more service')}</li>
      )}
    </ul>
  )
}
