import type { CSSProperties } from 'react'
import type { LogQuery } from '../../state/logs.ts'
import { inert } from '../../words/inert.ts'
import classes from './logs.module.css'
import { type Colour, type Look, spansOf } from './sgr.ts'

/** How much of a line a list shows, and how much of that before the first hit of a search. Characters. */
const SHOWN = 2000
const BEFORE_HIT = 100

interface Props {
  readonly text: string
  readonly query: LogQuery | null
  readonly isWhole?: boolean
}

/** A stranger's line: its colours, and nothing else of what it wants a terminal to do. */
export function LogText({ text, query, isWhole = false }: Props) {
  const pattern = patternOf(query)
  const line = text.replace(/\r+$/, '')
  const from = isWhole ? 0 : beginOfShown(line, pattern)
  const shown = line.slice(from, isWhole ? undefined : from + SHOWN)
  return (
    <bdi>
      {from > 0 ? <span className={classes.more}>… </span> : null}
      {spansOf(shown).map((span, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change
        <span key={index} style={styleOf(span.look)}>
          <Marked text={span.text} pattern={pattern} />
        </span>
      ))}
      {line.length > from + shown.length ? <span className={classes.more}> … {line.length} characters</span> : null}
    </bdi>
  )
}

/** A long line is shown from a little before what was found in it. */
function beginOfShown(line: string, pattern: RegExp | null): number {
  if (pattern === null || line.length <= SHOWN) return 0
  const hit = line.search(pattern)
  return hit < SHOWN - BEFORE_HIT ? 0 : hit - BEFORE_HIT
}

function Marked({ text, pattern }: { readonly text: string; readonly pattern: RegExp | null }) {
  if (pattern === null) return inert(text)
  const parts: { readonly text: string; readonly isHit: boolean }[] = []
  let from = 0
  for (const hit of text.matchAll(pattern)) {
    if (hit[0] === '' || parts.length > 200) continue
    parts.push({ text: text.slice(from, hit.index), isHit: false }, { text: hit[0], isHit: true })
    from = hit.index + hit[0].length
  }
  parts.push({ text: text.slice(from), isHit: false })
  return parts.map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never change
    part.isHit ? <mark key={index}>{inert(part.text)}</mark> : <span key={index}>{inert(part.text)}</span>,
  )
}

/** The app has run it over these lines already, and within its time. */
function patternOf(query: LogQuery | null): RegExp | null {
  if (query === null) return null
  const source = query.kind === 'regex' ? query.text : query.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  try {
    return new RegExp(source, query.matchCase ? 'g' : 'gi')
  } catch {
    // Said by the search itself.
    return null
  }
}

function styleOf({ colour, background, isBold, isDim, isItalic, isUnderlined }: Look): CSSProperties {
  return {
    ...(colour === undefined ? {} : { color: cssOf(colour) }),
    ...(background === undefined ? {} : { background: cssOf(background) }),
    ...(isBold ? { fontWeight: 700 } : {}),
    ...(isDim ? { opacity: 0.7 } : {}),
    ...(isItalic ? { fontStyle: 'italic' } : {}),
    ...(isUnderlined ? { textDecoration: 'underline' } : {}),
  }
}

function cssOf(colour: Colour): string {
  return typeof colour === 'number' ? `var(--ansi-${colour})` : `rgb(${colour.join(' ')})`
}
