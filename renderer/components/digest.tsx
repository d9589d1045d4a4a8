import { CopyButton } from '@mantine/core'
import classes from './components.module.css'

/** An id in 8 characters; a click copies the whole. */
export function Digest({ id }: { readonly id: string }) {
  const short = id.replace(/^sha256:/, '').slice(0, 8)
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <button
          type="button"
          className={classes.digest}
          onClick={copy}
          title={`Copy ${id}`}
          aria-label={`Copy ${short}, the whole id`}
        >
          {copied ? 'copied' : short}
        </button>
      )}
    </CopyButton>
  )
}
