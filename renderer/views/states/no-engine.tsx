import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { Safe } from '../../components/safe.tsx'
import { useApp } from '../../state/app.ts'
import { openDialog } from '../../state/view.ts'
import { inert } from '../../words/inert.ts'
import classes from './states.module.css'

export function NoEngine() {
  const endpoint = useApp(state => state.app?.endpoint)
  if (endpoint === undefined) return null
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <IconPlugConnectedX className={classes.picture} size={48} stroke={1.25} aria-hidden />
        <h1 className={classes.title}>{inert(endpoint.failure?.message ?? 'No Docker Engine answers')}</h1>
        <p className={classes.todo}>
          {inert(endpoint.failure?.hint ?? 'Start Docker; this page comes to life by itself when it answers.')}
        </p>
        <section className={classes.tried} aria-label="What was tried">
          <ul>
            {endpoint.tried.map(({ address, source, result }) => (
              <li key={`${source}/${address}`}>
                <span>
                  <Safe className="mono" text={address} /> <span className="dim">{source}</span>
                </span>
                <Safe text={result} />
              </li>
            ))}
          </ul>
        </section>
        <p className="dim">Flotilla looks again every few seconds. Nothing has to be reloaded.</p>
        <div className={classes.actions}>
          <Button variant="filled" onClick={() => openDialog({ kind: 'doctor' })}>
            Run the doctor
          </Button>
          <Button onClick={() => openDialog({ kind: 'endpoints' })}>Endpoints</Button>
        </div>
      </div>
    </div>
  )
}
