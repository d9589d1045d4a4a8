import { useMemo } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import { FilesBrowser } from '../files-browser/files-browser.tsx'
import classes from './containers.module.css'

/** Its files, running or not. */
export function FilesTab({ container: { id } }: { readonly container: ListedContainer }) {
  const place = useMemo(() => ({ kind: 'container' as const, id }), [id])
  return (
    <div className={classes.files}>
      <FilesBrowser place={place} isNarrow />
    </div>
  )
}
