import { Tooltip } from '@mantine/core'
import { type VersionState, versionMeaning, versionWords } from '../words/states.ts'
import classes from './components.module.css'

/** A version's state as a word, a shape and a colour. */
export function StateBadge({ state }: { readonly state: VersionState }) {
  return (
    <Tooltip label={versionMeaning[state]}>
      <span className={classes.badge} data-state={state}>
        <span className={classes.badgeMark} aria-hidden />
        {versionWords[state]}
      </span>
    </Tooltip>
  )
}
