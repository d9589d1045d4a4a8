import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { cpuWords, sizeWords, speedWords } from '../../words/amounts.ts'
import type { UsageRow } from './lines.ts'
import classes from './stats.module.css'

/** The newest values in figures: what the charts say, for who cannot see them, and more. */
export function UsageTable({ rows }: { readonly rows: readonly UsageRow[] }) {
  return (
    <Scrolled className={classes.scroll} label="What is used now">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Now</th>
            <th scope="col">CPU</th>
            <th scope="col">Memory</th>
            <th scope="col">
              Network<small>in, out</small>
            </th>
            <th scope="col">
              Disk<small>read, written</small>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}

function Row({ row: { name, kind, now, memoryLimit } }: { readonly row: UsageRow }) {
  return (
    <tr data-kind={kind}>
      <th scope="row">
        <Safe text={name} />
      </th>
      {now === null ? (
        <td colSpan={4}>does not run</td>
      ) : (
        <>
          <td>{cpuWords(now.cpu)}</td>
          <td>
            {sizeWords(now.memory)}
            {memoryLimit === null ? null : <small> of {sizeWords(memoryLimit)}</small>}
          </td>
          <td>
            {speedWords(now.received)} <small>{speedWords(now.sent)}</small>
          </td>
          <td>
            {speedWords(now.read)} <small>{speedWords(now.written)}</small>
          </td>
        </>
      )}
    </tr>
  )
}
