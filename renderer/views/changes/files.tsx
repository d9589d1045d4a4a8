import { Button, Progress } from '@mantine/core'
import { assertNever } from '../../../shared/failure.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import type { Pair } from '../../state/compare.ts'
import { filesKey, readFiles, stopFiles, useFiles } from '../../state/files.ts'
import { FileList } from './file-list.tsx'
import classes from './files.module.css'

interface Props {
  readonly fleet: string
  readonly pair: Pair
  readonly search: string
}

/** Files that two versions differ in: read on demand from the engine, with progress and a way to stop. */
export function Files({ fleet, pair, search }: Props) {
  const isThisPair = useFiles(state => state.key === filesKey(fleet, pair))
  const held = useFiles(state => state.files)
  const files = isThisPair ? held : ({ kind: 'unasked' } as const)
  switch (files.kind) {
    case 'unasked':
      return (
        <div className={classes.ask}>
          <p className="dim">
            The files of {pair.from} and {pair.to} are read from the engine, service by service.
          </p>
          <Button onClick={() => readFiles(fleet, pair)}>Compare the files</Button>
        </div>
      )
    case 'reading':
      return (
        <div className={classes.ask} role="status">
          <Safe className="clip" text={files.progress?.what ?? 'Beginning'} />
          <Progress
            className={classes.bar}
            animated
            value={
              files.progress === null || files.progress.total === 0
                ? 3
                : (100 * files.progress.done) / files.progress.total
            }
            aria-label="How far the comparison is"
          />
          <Button onClick={stopFiles}>Cancel</Button>
        </div>
      )
    case 'failed':
      return (
        <Problem failure={files.failure}>
          <Button mt={8} onClick={() => readFiles(fleet, pair)}>
            Try again
          </Button>
        </Problem>
      )
    case 'here':
      return <FileList fleet={fleet} pair={pair} files={files.files} search={search} />
    default:
      return assertNever(files)
  }
}
