import { Button, CopyButton } from '@mantine/core'
import { inert } from '../../words/inert.ts'
import classes from './plan.module.css'

/** Docker command lines, to read or to copy. */
export function CommandLines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <div className={classes.lines}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{lines.map(inert).join('\n')}</pre>
      <CopyButton value={lines.join('\n')}>
        {({ copied, copy }) => (
          <Button className={classes.copy} size="compact-xs" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}
