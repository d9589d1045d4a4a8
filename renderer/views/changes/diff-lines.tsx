import { structuredPatch } from 'diff'
import { useMemo } from 'react'
import { Scrolled } from '../../components/scrolled.tsx'
import { inert } from '../../words/inert.ts'
import classes from './files.module.css'

/** Two texts laid over each other, line by line. */
export function DiffLines({
  before,
  after,
  path,
}: {
  readonly before: string
  readonly after: string
  readonly path: string
}) {
  const hunks = useMemo(
    () => structuredPatch('', '', before, after, '', '', { context: 3, timeout: 2000 })?.hunks,
    [before, after],
  )
  if (hunks === undefined) return <p className="dim">The two differ too much to be laid over each other.</p>
  return (
    <Scrolled className={classes.lines} label={`Lines of ${inert(path)} that differ`}>
      {hunks.map(hunk => (
        <div key={`${hunk.oldStart}/${hunk.newStart}`}>
          <div className={classes.hunk}>
            line {hunk.oldStart} → {hunk.newStart}
          </div>
          {hunk.lines.slice(0, 2000).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a diff never changes
            <div key={index} className={classes.line} data-kind={line[0]}>
              {inert(line) || ' '}
            </div>
          ))}
        </div>
      ))}
    </Scrolled>
  )
}
