import { Notification } from 'electron'
import * as z from 'zod'
import { type DesktopNote, LONGEST_BODY, LONGEST_TITLE } from '../../../shared/bridge.ts'
import { Name } from '../../../shared/model/ids.ts'

const Note = z.strictObject({
  title: z.string().min(1).max(LONGEST_TITLE),
  body: z.string().max(LONGEST_BODY),
  fleet: Name.nullable(),
})

export interface Notes {
  tell(note: DesktopNote): void
  /** The same for what comes from the page: what is no note is not shown. */
  check(note: unknown): void
}

/** Says things on the desktop, the last one in place of the one before. `onClick` gets the fleet that a clicked one names. */
export function createNotes(onClick: (fleet: Name | undefined) => void): Notes {
  // Also keeps it from being collected while it can be clicked.
  let last: Notification | undefined

  function check(note: unknown): void {
    const parsed = Note.safeParse(note)
    if (!parsed.success || !Notification.isSupported()) return
    const { title, body, fleet } = parsed.data
    last?.close()
    last = new Notification({ title: unmarked(title), body: unmarked(body) })
    last.once('click', () => onClick(fleet ?? undefined))
    last.show()
  }

  return { tell: check, check }
}

/** Some desktops read marks in a note, such as links and pictures, and names in it come from strangers. */
function unmarked(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆')
}
