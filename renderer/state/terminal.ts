import { create } from 'zustand'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { TerminalSession } from '../../shared/terminal.ts'
import { call, follow } from '../session.ts'
import { atPlace } from './endpoints.ts'

interface TerminalView {
  /** Null until it was heard once. */
  readonly sessions: readonly TerminalSession[] | null
  readonly shownId: string | null
  /** Shown beside the other, where the place is split. */
  readonly besideId: string | null
  /** Which of the two a person works in. */
  readonly isBesideFocused: boolean
  readonly isOpening: boolean
  readonly failure: Failure | null
  /** A link that a program wrote and a person clicked, until it is answered. */
  readonly link: string | null
}

export const useTerminals = create<TerminalView>()(() => ({
  sessions: null,
  shownId: null,
  besideId: null,
  isBesideFocused: false,
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
    const isThere = (id: string | null) => sessions.some(one => one.id === id)
    useTerminals.setState(({ shownId, besideId, isBesideFocused }) => {
      const beside = isThere(besideId) ? besideId : null
      const newest = sessions.findLast(({ id }) => id !== beside)?.id ?? null
      const shown = isThere(shownId) ? shownId : newest
      if (shown === null) return { sessions, shownId: beside, besideId: null, isBesideFocused: false }
      return { sessions, shownId: shown, besideId: beside, isBesideFocused: isBesideFocused && beside !== null }
    })
  })
}

/** Shows a session where a person works; one that is shown already is worked in. */
export function showTerminal(id: string): void {
  useTerminals.setState(({ shownId, besideId, isBesideFocused }) => {
    if (id === shownId) return { isBesideFocused: false }
    if (id === besideId) return { isBesideFocused: true }
    return isBesideFocused && besideId !== null ? { besideId: id } : { shownId: id, isBesideFocused: false }
  })
}

/** In a container of the endpoint that what is shown is about, or of whichever has it when `place` is empty. */
export async function openTerminal(
  container: string,
  kind: TerminalSession['kind'] = 'shell',
  place = atPlace(),
): Promise<void> {
  useTerminals.setState({ isOpening: true, failure: null })
  try {
    const { id } = await call('terminal.open', { ...place, container, kind, columns: 80, rows: 24 })
    showTerminal(id)
    useTerminals.setState({ isOpening: false })
  } catch (error) {
    useTerminals.setState({ failure: toFailure(error), isOpening: false })
  }
}

/** Two sessions side by side: the one that is shown, and another, or a new shell in the same container. */
export async function splitTerminals(): Promise<void> {
  const { sessions, shownId } = useTerminals.getState()
  const shown = sessions?.find(({ id }) => id === shownId)
  const other = sessions?.findLast(({ id }) => id !== shownId)
  if (other !== undefined) return useTerminals.setState({ besideId: other.id, isBesideFocused: true })
  if (shown === undefined) return
  await openTerminal(shown.container, 'shell', {})
  const { shownId: opened } = useTerminals.getState()
  if (opened !== shown.id) useTerminals.setState({ shownId: shown.id, besideId: opened, isBesideFocused: true })
}

export function joinTerminals(): void {
  useTerminals.setState(({ shownId, besideId, isBesideFocused }) => ({
    shownId: isBesideFocused ? besideId : shownId,
    besideId: null,
    isBesideFocused: false,
  }))
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
