import type { LogQuery } from '../../state/logs.ts'
import { inert } from '../../words/inert.ts'
import type { JsonLine } from './json-lines.ts'
import { LogText } from './log-text.tsx'
import classes from './logs.module.css'

interface Props {
  readonly line: JsonLine
  /** Names of the fields that have a column of their own. */
  readonly columns: readonly string[]
  readonly query: LogQuery | null
}

/** A line of JSON as columns: the chosen fields, the message, and what else it says. */
export function JsonCells({ line, columns, query }: Props) {
  const others = [...line.fields].filter(([name]) => !columns.includes(name))
  return (
    <>
      {columns.map(name => {
        const value = line.fields.get(name) ?? ''
        return (
          <bdi key={name} className={classes.cell} title={inert(value)}>
            {inert(value)}
          </bdi>
        )
      })}
      <LogText text={line.message} query={query} />
      {others.map(([name, value]) => (
        <bdi key={name} className={classes.field}>
          {inert(name)}=<LogText text={value} query={query} />
        </bdi>
      ))}
    </>
  )
}
