import { TextInput } from '@mantine/core'
import { IconLetterCase, IconRegex, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { IconAction } from '../../components/icon-action.tsx'
import { searchLogs } from '../../state/logs.ts'

/** Looks through everything that was captured: Enter searches, Escape goes back to the lines. */
export function LogFind() {
  const [text, setText] = useState('')
  const [isRegex, setRegex] = useState(false)
  const [matchCase, setMatchCase] = useState(false)
  const search = (wanted: string, regex: boolean, exact: boolean) =>
    void searchLogs({ text: wanted, kind: regex ? 'regex' : 'text', matchCase: exact })
  return (
    <>
      <TextInput
        flex={1}
        miw={0}
        aria-label="Search the logs"
        placeholder="Search all that was captured"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={text}
        maxLength={500}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') search(text, isRegex, matchCase)
          if (event.key !== 'Escape') return
          setText('')
          search('', isRegex, matchCase)
        }}
      />
      <IconAction
        label="Match case"
        isPressed={matchCase}
        onClick={() => {
          setMatchCase(!matchCase)
          if (text !== '') search(text, isRegex, !matchCase)
        }}
      >
        <IconLetterCase size={16} />
      </IconAction>
      <IconAction
        label="Regular expression"
        isPressed={isRegex}
        onClick={() => {
          setRegex(!isRegex)
          if (text !== '') search(text, !isRegex, matchCase)
        }}
      >
        <IconRegex size={16} />
      </IconAction>
    </>
  )
}
