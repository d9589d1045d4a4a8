import { useEffect, useState } from 'react'
import { LONGEST_TITLE } from '../../../shared/bridge.ts'
import { isTyping } from '../../commands/chords.ts'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { stepOffer } from '../../state/undo.ts'
// Declares the type of `window.flotillaHost`.
import type {} from '../../transport.ts'
import { inert } from '../../words/inert.ts'

/** The host's menu says what Undo and Redo would do. In a text field they are those of the text, and plain. */
export function useStepNames(): void {
  const view = useFleet(state => state.view)
  const entries = useJournal(state => state.entries)
  const isText = useIsTyping()
  const nameOf = (words: string) => inert(words).slice(0, LONGEST_TITLE)
  const undo = isText ? 'Undo' : nameOf(stepOffer(view, entries, 'undo').words)
  const redo = isText ? 'Redo' : nameOf(stepOffer(view, entries, 'redo').words)
  useEffect(() => window.flotillaHost?.nameSteps({ undo, redo }), [undo, redo])
}

function useIsTyping(): boolean {
  const [isText, setText] = useState(false)
  useEffect(() => {
    const look = () => setText(isTyping(document.activeElement))
    document.addEventListener('focusin', look)
    document.addEventListener('focusout', look)
    return () => {
      document.removeEventListener('focusin', look)
      document.removeEventListener('focusout', look)
    }
  }, [])
  return isText
}
