import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'
import classes from './components.module.css'

/** An id in 8 characters; a click copies the whole. */
export function Digest({ id }: { readonly id: string }) {
  const bare = id.replace(/^sha256:/, '')
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${id}`}>
          <UnstyledButton
            className={classes.digest}
            onClick={copy}
            aria-label={`Copy ${bare.slice(0, 8)}, the whole id`}
          >
            {copied ? 'copied' : bare.slice(0, 8)}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  )
}
