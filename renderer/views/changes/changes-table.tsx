import type { Version } from '../../../shared/model/ids.ts'
import type { DiffRow } from '../../../shared/rules/diff.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import type { Pair } from '../../state/compare.ts'
import { shortDigests } from '../../words/digests.ts'
import classes from './changes.module.css'
import { whatWords } from './rows.ts'

interface Props {
  readonly rows: readonly DiffRow[]
  readonly pair: Pair
  readonly live: Version | null
  readonly search: string
}

export function ChangesTable({ rows, pair, live, search }: Props) {
  const wanted = search.trim().toLowerCase()
  const shown =
    wanted === ''
      ? rows
      : rows.filter(row =>
          `${row.service} ${row.what} ${row.name} ${row.before} ${row.after}`.toLowerCase().includes(wanted),
        )
  const isLive = (version: Version) => (version === live ? `${version}, live` : version)
  if (rows.every(row => row.change === 'kept')) {
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
            <Difference key={`${row.service}/${row.what}/${row.name}`} row={row} />
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}

function Difference({ row }: { readonly row: DiffRow }) {
  const { kind, name } = whatWords(row)
  return (
    <tr data-kind={row.change}>
      <td className="dim">
        <Safe text={row.service === '' ? 'all' : row.service} />
      </td>
      <td>
        {name === '' ? kind : <Safe text={name} />}
        <span className="told">
          {' '}
          {kind}, {row.change}
        </span>
      </td>
      {row.change === 'kept' ? (
        <td colSpan={2} className="dim">
          <Safe text={shortDigests(`${row.name}: ${row.after ?? ''}`)} />
        </td>
      ) : (
        <>
          <Side text={row.before} absent="not there" />
          <Side text={row.after} absent="gone" />
        </>
      )}
    </tr>
  )
}

function Side({ text, absent }: { readonly text: string | null; readonly absent: string }) {
  if (text === null) return <td className={classes.absent}>{absent}</td>
  return (
    <td className="mono">
      <Safe className={classes.value} text={shortDigests(text)} />
    </td>
  )
}
