const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

/** A chord is written `mod+shift+z`: `mod` is Command on a Mac and Ctrl elsewhere. */
export function keyWords(chord: string): string[] {
  return chord.split('+').map(part => {
    if (part === 'mod') return isApple ? '⌘' : 'Ctrl'
    if (part === 'shift') return isApple ? '⇧' : 'Shift'
    return part.length === 1 ? part.toUpperCase() : part
  })
}

export function matchesChord(event: KeyboardEvent, chord: string): boolean {
  const parts = chord.split('+')
  const key = parts.at(-1) ?? ''
  const mod = isApple ? event.metaKey : event.ctrlKey
  const other = isApple ? event.ctrlKey : event.metaKey
  if (other || event.altKey || mod !== parts.includes('mod')) return false
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isLetter = /^[a-z0-9]$/.test(key)
  if (isLetter && event.shiftKey !== parts.includes('shift')) return false
  return event.key.toLowerCase() === key
}

/** Whether a key typed there is text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select')
}
