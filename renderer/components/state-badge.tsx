import { type VersionState, versionMeaning, versionWords } from '../words/states.ts'
import classes from './components.module.css'

interface Props {
  readonly state: VersionState
  /** The engine does not answer: the word stays, the colour goes. */
  readonly isUnknown?: boolean
}

/** A version's state as a word, a shape and a colour. */
export function StateBadge({ state, isUnknown = false }: Props) {
  const title = `${versionMeaning[state]}${isUnknown ? '. Whether it runs is unknown: its engine does not answer' : ''}`
  return (
    <span className={classes.badge} data-state={isUnknown ? 'unknown' : state} title={title}>
      <span className={classes.badgeMark} aria-hidden />
      {versionWords[state]}
    </span>
  )
}
