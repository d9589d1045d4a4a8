import { useEffect } from 'react'
import type { HostCommand } from '../../../shared/bridge.ts'
import { isTyping, matchesChord } from '../../commands/chords.ts'
import { commandsOf } from '../../commands/registry.ts'
import { sceneNow } from '../../commands/scene.ts'
import { announce } from '../../commands/tell.tsx'
// Declares the type of `window.flotillaHost`.
import type {} from '../../transport.ts'

/** The keys of every command, and what is chosen in the host's menu. */
export function useKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    const stop = window.flotillaHost?.onCommand(onHostCommand)
    return () => {
      document.removeEventListener('keydown', onKey)
      stop?.()
    }
  }, [])
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return
  const command = commandsOf(sceneNow()).find(({ chord }) => chord !== undefined && matchesChord(event, chord))
  if (command === undefined) return
  const isPlain = !command.chord?.includes('mod')
  const isText = isTyping(event.target) && command.id !== 'palette'
  // Inside a dialog or a menu plain keys belong to it, and so does Undo.
  const isInside = event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]') !== null
  if (isText || (isInside && (isPlain || command.id === 'undo' || command.id === 'redo'))) return
  event.preventDefault()
  run(command)
}

function onHostCommand(name: HostCommand): void {
  if (name === 'undo' || name === 'redo') {
    // The menu obeys the rules of the key: a text field takes back its own text, and behind a dialog nothing happens.
    if (isTyping(document.activeElement)) return void document.execCommand?.(name)
    if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return
  }
  const command = commandsOf(sceneNow()).find(one => one.id === name)
  if (command !== undefined) run(command)
}

function run({ words, why, run: act }: { words: string; why?: string; run: () => void }): void {
  if (why === undefined) act()
  else announce(`${words}: ${why}`)
}
