import { Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import type { Item } from '../../../shared/contract.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { follow } from '../../session.ts'
import { inert } from '../../words/inert.ts'
import inspector from '../inspector/inspector.module.css'
import classes from './containers.module.css'

/** Columns of `ps` that are left out to make room for the command line. */
const quiet = new Set(['PPID', 'C', 'STIME', 'TTY'])

/** The processes of a container, read again while the tab is shown. */
export function ProcessesTab({ container }: { readonly container: Placed<ListedContainer> }) {
  const { id, state, name, endpoint } = container
  const [seen, setSeen] = useState<Item<'container.processes'> | null>(null)
  useEffect(() => follow('container.processes', { endpoint, container: id }, setSeen), [id, endpoint])
  if (state !== 'running' && state !== 'paused')
    return <p className={inspector.nothing}>It does not run, so nothing runs in it.</p>
  if (seen === null) return <Skeleton m="md" height={120} />
  return (
    <Scrolled className={inspector.scroll} label={`Processes of ${inert(name)}`}>
      {seen.failure === null ? (
        <table className={classes.processes}>
          <thead>
            <tr>
              {seen.titles.map(title =>
                quiet.has(title) ? null : (
                  <th key={title} scope="col">
                    <Safe text={title} />
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {seen.processes.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a reading, which tells no other name of them
              <tr key={index}>
                {row.map((cell, column) =>
                  quiet.has(seen.titles[column] ?? '') ? null : (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    <td key={column}>
                      <Safe text={cell} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Problem failure={seen.failure} />
      )}
    </Scrolled>
  )
}
