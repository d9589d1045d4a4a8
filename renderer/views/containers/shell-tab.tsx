import '@xterm/xterm/css/xterm.css'
import { Button } from '@mantine/core'
import { useEffect } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import { Problem } from '../../components/problem.tsx'
import { followTerminals, openTerminal, useTerminals } from '../../state/terminal.ts'
import { LinkQuestion } from '../terminal/link-question.tsx'
import { TerminalPlace } from '../terminal/terminal-place.tsx'
import classes from './containers.module.css'

/** A shell in the container: the one that is open in it, or the offer of one. */
export function ShellTab({ container }: { readonly container: ListedContainer }) {
  useEffect(followTerminals, [])
  const session = useTerminals(state => state.sessions?.findLast(one => one.containerId === container.id))
  const isOpening = useTerminals(state => state.isOpening)
  const failure = useTerminals(state => state.failure)
  return (
    <div className={classes.terminal}>
      {failure === null ? null : <Problem failure={failure} />}
      {session === undefined ? (
        <>
          <p className={classes.note}>
            {container.belongs.kind === 'set'
              ? 'It is immutable: a container that had a terminal shows as drift until it is healed.'
              : 'A shell of its own, as good as its image has one.'}
          </p>
          <div>
            <Button
              variant="filled"
              loading={isOpening}
              disabled={container.state !== 'running'}
              onClick={() => void openTerminal(container.id)}
            >
              Open a shell
            </Button>
          </div>
        </>
      ) : (
        <TerminalPlace key={session.id} session={session} />
      )}
      <LinkQuestion />
    </div>
  )
}
