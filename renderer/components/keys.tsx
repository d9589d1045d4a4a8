import { Kbd } from '@mantine/core'
import { keyWords } from '../commands/chords.ts'
import classes from './components.module.css'

/** The keys of a command, as this platform writes them. */
export function Keys({ chord }: { readonly chord: string }) {
  return (
    <span className={classes.keys} aria-hidden>
      {keyWords(chord).map(key => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  )
}
