import type { Output } from '../../../shared/contract.ts'
import { Safe } from '../../components/safe.tsx'
import classes from './new-fleet.module.css'

type Planned = Output<'fleet.importPlan'>

/** The unsupported parts of a Compose file with their lines, and the services that were taken for data services. */
export function ImportNotes({ notes, dataServices }: Pick<Planned, 'notes' | 'dataServices'>) {
  return (
    <>
      {dataServices.length === 0 ? null : (
        <section>
          <h3 className={classes.heading}>Data services</h3>
          <ul className={classes.notes}>
            {dataServices.map(({ name, reason }) => (
              <li key={name}>
                <strong>
                  <Safe text={name} />
                </strong>
                <Safe text={reason} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {notes.length === 0 ? null : (
        <section>
          <h3 className={classes.heading}>Not supported</h3>
          <ul className={classes.notes}>
            {notes.map(({ line, path, message }) => (
              <li key={`${line}/${path}`}>
                <span className="dim">line {line}</span>
                <span>
                  <Safe className="mono" text={path} /> <Safe text={message} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
