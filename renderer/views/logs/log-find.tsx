import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { IconLetterCase, IconRegex, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
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
      <Tooltip label="Match case">
        <ActionIcon
          variant={matchCase ? 'light' : 'subtle'}
          color={matchCase ? 'accent' : 'gray'}
          aria-label="Match case"
          aria-pressed={matchCase}
          onClick={() => {
            setMatchCase(!matchCase)
            if (text !== '') search(text, isRegex, !matchCase)
          }}
        >
          <IconLetterCase size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Regular expression">
        <ActionIcon
          variant={isRegex ? 'light' : 'subtle'}
          color={isRegex ? 'accent' : 'gray'}
          aria-label="Regular expression"
          aria-pressed={isRegex}
          onClick={() => {
            setRegex(!isRegex)
            if (text !== '') search(text, !isRegex, matchCase)
          }}
        >
          <IconRegex size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}
