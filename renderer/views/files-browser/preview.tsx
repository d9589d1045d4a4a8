import { Button, Skeleton } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FilePreview } from '../../../shared/contract/files.ts'
import { assertNever } from '../../../shared/failure.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { useFilesBrowser } from '../../state/files-browser.ts'
import { sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './files-browser.module.css'

/** The content of the chosen file, as far as it can be shown without running any of it. */
export function Preview({ onGet }: { readonly onGet: () => void }) {
  const chosen = useFilesBrowser(state => state.chosen)
  const path = useFilesBrowser(state => state.path)
  const preview = useFilesBrowser(state => state.preview)
  return (
    <section className={classes.preview} aria-label="Preview">
      <header className={classes.previewHead}>
        <strong className="clip">
          <Safe text={chosen ?? `The folder ${path}`} />
        </strong>
        <Button leftSection={<IconDownload size={14} aria-hidden />} onClick={onGet}>
          {chosen === null ? 'Get as a tar…' : 'Get…'}
        </Button>
      </header>
      {chosen === null ? (
        <p className={classes.note}>Choose a file to see what is in it.</p>
      ) : preview.state === 'waiting' ? (
        <div role="status" aria-busy aria-label="Being read">
          <Skeleton height={160} />
        </div>
      ) : preview.state === 'failed' ? (
        <Problem failure={preview.failure} />
      ) : (
        <Content preview={preview.value} name={chosen} />
      )}
    </section>
  )
}

function Content({ preview, name }: { readonly preview: FilePreview; readonly name: string }): ReactNode {
  switch (preview.kind) {
    case 'text':
      return (
        <Scrolled className={`well ${classes.text}`} label={`Text of ${inert(name)}`}>
          {inertLines(preview.text)}
        </Scrolled>
      )
    case 'picture':
      // As a picture and never as a document: nothing in it runs.
      return <img className={classes.picture} src={`data:${preview.mime};base64,${preview.base64}`} alt={inert(name)} />
    case 'binary':
      return <p className={classes.note}>{sizeWords(preview.bytes)} that are neither text nor a picture.</p>
    case 'large':
      return <p className={classes.note}>{sizeWords(preview.bytes)}: too large to be shown here. Get it instead.</p>
    case 'symlink':
      return (
        <p className={classes.note}>
          A link to <Safe className="mono" text={preview.target} />. Links are shown, not followed.
        </p>
      )
    case 'directory':
    case 'other':
      return <p className={classes.note}>There is nothing to show of it.</p>
    default:
      return assertNever(preview)
  }
}

/** Its own line breaks and tabs stay what they are. */
function inertLines(text: string): string {
  return text
    .split('\n')
    .map(line => line.split('\t').map(inert).join('\t'))
    .join('\n')
}
