import { create } from 'zustand'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { TerminalSession } from '../../shared/terminal.ts'
import { call, follow } from '../session.ts'

interface TerminalView {
  /** Null until it was heard once. */
  readonly sessions: readonly TerminalSession[] | null
  readonly shownId: string | null
  readonly isOpening: boolean
  readonly failure: Failure | null
  /** A link that a program wrote and a person clicked, until it is answered. */
  readonly link: string | null
}

export const useTerminals = create<TerminalView>()(() => ({
  sessions: null,
  shownId: null,
  isOpening: false,
  failure: null,
  link: null,
}))

let isFollowed = false

/** Follows the sessions from the first time on that somebody looks. They go on while nobody does. */
export function followTerminals(): void {
  if (isFollowed) return
  isFollowed = true
  follow('terminal.state', {}, sessions => {
    useTerminals.setState(({ shownId }) => ({
      sessions,
      shownId: sessions.some(({ id }) => id === shownId) ? shownId : (sessions.at(-1)?.id ?? null),
    }))
  })
}

export async function openTerminal(container: string): Promise<void> {
  useTerminals.setState({ isOpening: true, failure: null })
  try {
    const { id } = await call('terminal.open', { container, columns: 80, rows: 24 })
    useTerminals.setState({ shownId: id, isOpening: false })
  } catch (error) {
    useTerminals.setState({ failure: toFailure(error), isOpening: false })
  }
}

export async function closeTerminal(id: string): Promise<void> {
  await call('terminal.close', { id }).catch(error => useTerminals.setState({ failure: toFailure(error) }))
}

/** Only what a browser opens without starting anything else, and without a name that hides where it leads. */
export function askLink(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') return
  useTerminals.setState({ link: url.href })
}
