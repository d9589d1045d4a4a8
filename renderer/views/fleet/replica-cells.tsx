import type { SetContainer } from '../../../shared/model/container-set.ts'
import { inert } from '../../words/inert.ts'
import { cellShape } from '../../words/states.ts'
import classes from './card.module.css'

/** More cells than this are counted in words beside the first ones. */
const MOST_CELLS = 6

interface Props {
  readonly service: string
  /** Replicas that the snapshot asks for, drawn hollow while there is no set. */
  readonly wanted: number
  readonly containers: readonly SetContainer[] | undefined
  readonly drifted: ReadonlySet<string>
  /** Containers whose checks have not all passed. */
  readonly waiting: ReadonlySet<string>
}

export function ReplicaCells({ service, wanted, containers, drifted, waiting }: Props) {
  if (containers === undefined) {
    return (
      <span className={classes.cells} role="img" aria-label={`${service}: ${wanted} when launched`}>
        {Array.from({ length: Math.min(wanted, MOST_CELLS) }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: replicas that are not there have no name
          <span key={index} className={classes.cell} data-shape="hollow" />
        ))}
        <Rest count={wanted - MOST_CELLS} />
      </span>
    )
  }
  const counted = new Map<string, number>()
  for (const { state } of containers) counted.set(state, (counted.get(state) ?? 0) + 1)
  const words = [...counted].map(([state, count]) => `${count} ${state}`).join(', ')
  const moved = containers.filter(container => drifted.has(container.name)).length
  return (
    <span
      className={classes.cells}
      role="img"
      aria-label={`${service}: ${words}${moved === 0 ? '' : `, ${moved} drifted`}`}
    >
      {containers.slice(0, MOST_CELLS).map(container => (
        <Cell
          key={container.name}
          container={container}
          isDrifted={drifted.has(container.name)}
          isWaiting={waiting.has(container.name)}
        />
      ))}
      <Rest count={containers.length - MOST_CELLS} />
    </span>
  )
}

interface CellProps {
  readonly container: SetContainer
  readonly isDrifted: boolean
  readonly isWaiting: boolean
}

function Cell({ container, isDrifted, isWaiting }: CellProps) {
  const { name, state } = container
  const title = `${inert(name)}: ${state}${isDrifted ? ', drifted' : ''}${isWaiting ? ', being checked' : ''}`
  const shape = isWaiting && cellShape(state) === 'full' ? 'striped' : cellShape(state)
  return <span className={classes.cell} title={title} data-shape={shape} data-drifted={isDrifted || undefined} />
}

function Rest({ count }: { readonly count: number }) {
  return count > 0 ? <span className={classes.rest}>+{count}</span> : null
}
