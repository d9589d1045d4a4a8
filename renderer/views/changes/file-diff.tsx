import { CloseButton, Skeleton } from '@mantine/core'
import type { FileDifference } from '../../../shared/model/views.ts'
import { Digest } from '../../components/digest.tsx'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import type { Pair } from '../../state/compare.ts'
import { useRequest } from '../../state/use-request.ts'
import { DiffLines } from './diff-lines.tsx'
import classes from './files.module.css'

interface Props {
  readonly fleet: string
  readonly pair: Pair
  readonly file: FileDifference
  readonly onClose: () => void
}

/** A text file line by line; any other by its hashes. */
export function FileDiff({ fleet, pair, file, onClose }: Props) {
  const { service, path } = file
  // A service's name that reached us in a manifest is one; the call checks it again.
  const [asked] = useRequest(() => call('snapshot.file', { fleet, ...pair, service, path }))
  return (
    <div className={classes.diff}>
      <header className={classes.diffHead}>
        <Safe className="mono clip" text={path} />
        <CloseButton size="sm" aria-label="Close the file" onClick={onClose} />
      </header>
      {asked.state === 'waiting' ? <Skeleton height={80} /> : null}
      {asked.state === 'failed' ? <Problem failure={asked.failure} /> : null}
      {asked.state === 'here' && asked.value.isText ? (
        <DiffLines before={asked.value.before ?? ''} after={asked.value.after ?? ''} path={path} />
      ) : null}
      {asked.state === 'here' && !asked.value.isText ? <Hashes file={file} /> : null}
    </div>
  )
}

function Hashes({ file }: { readonly file: FileDifference }) {
  return (
    <p className={classes.hashes}>
      {file.type === 'file' ? 'Not text, or too large to lay over each other. ' : `A ${file.type}. `}
      {file.hashBefore === null ? null : (
        <>
          Before <Digest id={file.hashBefore} />{' '}
        </>
      )}
      {file.hashAfter === null ? null : (
        <>
          after <Digest id={file.hashAfter} />
        </>
      )}
      {file.detail === '' ? null : <Safe text={` ${file.detail}`} />}
    </p>
  )
}
