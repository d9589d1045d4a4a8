import { type VersionState, versionMeaning, versionWords } from '../words/states.ts'
import classes from './components.module.css'

/** A version's state as a word, a shape and a colour. */
export function StateBadge({ state }: { readonly state: VersionState }) {
  return (
    <span className={classes.badge} data-state={state} title={versionMeaning[state]}>
      <span className={classes.badgeMark} aria-hidden />
      {versionWords[state]}
    </span>
  )
}
