import type { Version } from '../../../shared/model.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import type { Pair } from '../../state/compare.ts'
import classes from './changes.module.css'
import type { Row } from './rows.ts'

const kinds: Readonly<Record<Row['kind'], string>> = {
  added: 'added',
  changed: 'changed',
  deleted: 'deleted',
  kept: 'kept',
}

interface Props {
  readonly rows: readonly Row[]
  readonly pair: Pair
  readonly live: Version | null
  readonly search: string
}

export function ChangesTable({ rows, pair, live, search }: Props) {
  const wanted = search.trim().toLowerCase()
  const shown =
    wanted === ''
      ? rows
      : rows.filter(row => `${row.service} ${row.what} ${row.before} ${row.after}`.toLowerCase().includes(wanted))
  const isLive = (version: Version) => (version === live ? `${version}, live` : version)
  if (rows.every(row => row.kind === 'kept')) {
    return (
      <p className={classes.nothing}>
        {pair.from} and {pair.to} are the same: images, commands, variables, ports, mounts, checks and replicas.
      </p>
    )
  }
  if (shown.length === 0) return <p className={classes.nothing}>Nothing of it has “{search}” in it.</p>
  return (
    <Scrolled className={classes.scroll} label={`Differences from ${pair.from} to ${pair.to}`}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">What</th>
            <th scope="col">{isLive(pair.from)}</th>
            <th scope="col">{isLive(pair.to)}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <tr key={`${row.service}/${row.what}`} data-kind={row.kind}>
              <td className="dim">
                <Safe text={row.service} />
              </td>
              <td>
                <Safe text={row.what} />
                <span className="told">, {kinds[row.kind]}</span>
              </td>
              {row.kind === 'kept' ? (
                <td colSpan={2} className="dim">
                  <Safe text={row.after} />
                </td>
              ) : (
                <>
                  <Side text={row.before} isCode={row.isCode} absent="not there" />
                  <Side text={row.after} isCode={row.isCode} absent="gone" />
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}

function Side({ text, isCode, absent }: { readonly text: string; readonly isCode: boolean; readonly absent: string }) {
  if (text === '') return <td className={classes.absent}>{absent}</td>
  return (
    <td className={isCode ? 'mono' : ''}>
      <Safe className={classes.value} text={text} />
    </td>
  )
}
