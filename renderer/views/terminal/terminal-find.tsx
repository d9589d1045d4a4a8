import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { screenOf } from './screen.ts'
import classes from './terminal.module.css'

/** Looks for a text in what the shown terminal wrote: Enter for the one above, Shift+Enter for the one below. */
export function TerminalFind({ id }: { readonly id: string }) {
  const [text, setText] = useState('')
  return (
    <TextInput
      className={classes.find}
      aria-label="Find in the terminal"
      placeholder="Find"
      value={text}
      onChange={event => setText(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Enter' && text !== '') screenOf(id).find(text, event.shiftKey ? 'next' : 'previous')
        if (event.key === 'Escape') screenOf(id).focus()
      }}
    />
  )
}
