import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { FileDifference } from '../../../shared/model/views.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import type { Pair } from '../../state/compare.ts'
import { sizeWords } from '../../words/amounts.ts'
import { FileDiff } from './file-diff.tsx'
import classes from './files.module.css'

const letters = { added: 'A', changed: 'C', deleted: 'D' } as const

interface Props {
  readonly fleet: string
  readonly pair: Pair
  readonly files: readonly FileDifference[]
  readonly search: string
}

/** The paths on the left, the lines of the chosen file on the right. */
export function FileList({ fleet, pair, files, search }: Props) {
  const [chosen, setChosen] = useState<FileDifference | null>(null)
  const wanted = search.trim().toLowerCase()
  const shown =
    wanted === '' ? files : files.filter(file => `${file.service} ${file.path}`.toLowerCase().includes(wanted))
  const scroll = useRef<HTMLElement>(null)
  const rows = useVirtualizer({
    count: shown.length,
    estimateSize: () => 28,
    overscan: 10,
    getScrollElement: () => scroll.current,
  })
  if (files.length === 0) return <p className="dim">No file differs.</p>
  return (
    <div className={classes.split} data-chosen={chosen !== null || undefined}>
      <Scrolled ref={scroll} className={classes.list} label={`${shown.length} files that differ`}>
        <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const file = shown[index]
            return file === undefined ? null : (
              <li
                key={`${file.service}${file.path}`}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  className={classes.file}
                  aria-pressed={file === chosen}
                  onClick={() => setChosen(file)}
                >
                  <span className={classes.letter} data-kind={file.kind} title={file.kind}>
                    {letters[file.kind]}
                    <span className="told"> {file.kind}, </span>
                  </span>
                  <Safe className={`dim ${classes.service}`} text={file.service} />
                  <Safe className={`mono ${classes.path}`} text={file.path} />
                  <span className={`dim ${classes.size}`}>{sizesOf(file)}</span>
                </button>
              </li>
            )
          })}
        </ul>
      </Scrolled>
      {chosen === null ? null : (
        <FileDiff
          key={`${chosen.service}${chosen.path}`}
          fleet={fleet}
          pair={pair}
          file={chosen}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  )
}

function sizesOf({ bytesBefore, bytesAfter, detail }: FileDifference): string {
  if (bytesBefore === null && bytesAfter === null) return detail
  if (bytesBefore === null) return sizeWords(bytesAfter)
  if (bytesAfter === null) return sizeWords(bytesBefore)
  return bytesBefore === bytesAfter ? sizeWords(bytesAfter) : `${sizeWords(bytesBefore)} → ${sizeWords(bytesAfter)}`
}
