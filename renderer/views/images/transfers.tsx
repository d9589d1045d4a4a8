import { Button, Progress } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { Transfer } from '../../../shared/contract/images.ts'
import { canStop, stopTransfer } from '../../commands/image-actions.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { dismissTransfer, useImages } from '../../state/images.ts'
import { sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './images.module.css'

/** Running and recently ended pulls, pushes and builds, with the progress of each layer. */
export function Transfers() {
  const transfers = useImages(state => state.transfers)
  const dismissed = useImages(state => state.dismissed)
  const opened = useImages(state => state.opened)
  const shown = transfers.filter(({ id }) => !dismissed.includes(id))
  if (shown.length === 0) return null
  return (
    <section className={classes.transfers} aria-label="What comes and goes">
      {shown.toReversed().map(transfer => (
        <OneTransfer key={transfer.id} transfer={transfer} isOpen={transfer.id === opened} />
      ))}
    </section>
  )
}

const stateWords = { running: 'under way', done: 'done', failed: 'failed', cancelled: 'cancelled' } as const

function OneTransfer({ transfer, isOpen }: { readonly transfer: Transfer; readonly isOpen: boolean }) {
  const { id, title, state, layers, lines, failure } = transfer
  const done = layers.reduce((sum, layer) => sum + layer.done, 0)
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  const hasMore = layers.length > 0 || lines.length > 0
  return (
    <article className={classes.transfer} aria-label={inert(title)}>
      <div className={classes.transferHead}>
        <strong className="clip">
          <Safe text={title} />
        </strong>
        <span className={classes.transferState} data-state={state}>
          {stateWords[state]}
        </span>
        {state === 'running' ? (
          <Progress
            value={total === 0 ? 100 : (100 * done) / total}
            animated={total === 0}
            aria-label={`${inert(title)}, ${sizeWords(done)} of ${sizeWords(total)}`}
            size="sm"
          />
        ) : (
          <span />
        )}
        <span className={classes.transferActions}>
          {hasMore ? (
            <Button
              size="compact-xs"
              aria-expanded={isOpen}
              onClick={() => useImages.setState({ opened: isOpen ? null : id })}
            >
              {isOpen ? 'Less' : layers.length > 0 ? 'Layers' : 'Output'}
            </Button>
          ) : null}
          {state !== 'running' ? (
            <Button size="compact-xs" onClick={() => dismissTransfer(id)}>
              Dismiss
            </Button>
          ) : canStop(id) ? (
            <Button size="compact-xs" onClick={() => stopTransfer(id)}>
              Cancel
            </Button>
          ) : null}
        </span>
      </div>
      {failure === null || failure.code === 'cancelled' ? null : <Problem failure={failure} />}
      {isOpen && layers.length > 0 ? <Layers transfer={transfer} /> : null}
      {isOpen && layers.length === 0 && lines.length > 0 ? <Output transfer={transfer} /> : null}
    </article>
  )
}

function Layers({ transfer: { layers } }: { readonly transfer: Transfer }) {
  return (
    <ul className={classes.layers}>
      {layers.map(({ id, status, done, total }) => (
        <li key={id} className={classes.layer}>
          <Safe className="mono clip" text={id} />
          <Safe className="clip" text={status} />
          <Progress value={total === 0 ? 0 : (100 * done) / total} size="xs" aria-hidden />
          <span>{total === 0 ? '' : `${sizeWords(done)} of ${sizeWords(total)}`}</span>
        </li>
      ))}
    </ul>
  )
}

/** Its end stays in sight while it grows, as long as nobody has scrolled away from it. */
function Output({ transfer: { title, lines, earlierLines } }: { readonly transfer: Transfer }) {
  const region = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are new lines
  useEffect(() => {
    const { current } = region
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight
  }, [lines])
  useEffect(() => {
    const { current } = region
    if (current === null) return
    const onScroll = () => {
      isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 24
    }
    current.addEventListener('scroll', onScroll)
    return () => current.removeEventListener('scroll', onScroll)
  }, [])
  return (
    <Scrolled ref={region} className={`well ${classes.output}`} label={`What was said: ${inert(title)}`}>
      {earlierLines === 0 ? null : <div className="dim">… {earlierLines} lines before these</div>}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: with those before them it is their number for good
        <div key={earlierLines + index}>{inert(line)}</div>
      ))}
    </Scrolled>
  )
}
