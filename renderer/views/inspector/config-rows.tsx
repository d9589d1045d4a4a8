import type { ReactNode } from 'react'
import { Safe } from '../../components/safe.tsx'
import classes from './inspector.module.css'

interface Props {
  readonly title: string
  /** A row whose value is null is not shown. */
  readonly rows: readonly (readonly [string, ReactNode])[]
}

export function ConfigRows({ title, rows }: Props) {
  return (
    <section className={classes.config}>
      <h3 className={classes.group}>
        <Safe text={title} />
      </h3>
      <dl>
        {rows.map(([name, value], index) =>
          value === null ? null : (
            // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the rows of a manifest never change
            <div key={index} className={classes.configRow}>
              <dt>
                <Safe text={name} />
              </dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}
