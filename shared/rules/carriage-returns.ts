// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const TOKENS = /\u001b\[[\d;:]{0,64}[mK]|./gsu
/** Of a longer line only what was written last counts: the states before it were written over. Characters. */
const MOST_LENGTH = 64 * 1024
/** Colours that pile up without a reset are forgotten beyond this. Characters. */
const MOST_COLOURS = 128
const RESET = '\u001b[0m'

/** A character with the colours (escape sequences, `ESC [ … m`) that it was written in. */
interface Cell {
  readonly mark: string
  readonly colours: string
}

/**
 * A line as a terminal shows it: each carriage return goes back to its beginning, and what follows is written over what
 * stood there; `ESC [ K` erases what follows it. A progress bar is left with its last state. Colours stay.
 */
export function overwrittenLine(text: string): string {
  const line = text.replace(/\r+$/, '')
  if (!line.includes('\r')) return line
  const cells: Cell[] = []
  let colours = ''
  let column = 0
  for (const [token] of lastStates(line).matchAll(TOKENS)) {
    if (token === '\r') column = 0
    else if (token.length > 2 && token.endsWith('m')) colours = coloursAfter(colours, token)
    else if (token.length > 2 && token.endsWith('K')) erase(cells, column, token)
    else {
      cells[column] = { mark: token, colours }
      column += 1
    }
  }
  return textOf(cells)
}

/** The end of a very long line, from a carriage return on where there is one. */
function lastStates(line: string): string {
  if (line.length <= MOST_LENGTH) return line
  const end = line.slice(-MOST_LENGTH)
  return end.slice(end.indexOf('\r') + 1)
}

function coloursAfter(before: string, token: string): string {
  if (token === RESET || token === '\u001b[m') return ''
  return before.length > MOST_COLOURS ? token : before + token
}

function erase(cells: Cell[], column: number, token: string): void {
  const kind = token.slice(2, -1)
  if (kind === '' || kind === '0') cells.length = Math.min(cells.length, column)
  else for (let at = 0; at < (kind === '1' ? column : cells.length); at += 1) cells[at] = { mark: ' ', colours: '' }
}

function textOf(cells: readonly Cell[]): string {
  let text = ''
  let colours = ''
  for (const cell of cells) {
    if (cell.colours !== colours) text += `${colours === '' ? '' : RESET}${cell.colours}`
    colours = cell.colours
    text += cell.mark
  }
  return colours === '' ? text.trimEnd() : `${text}${RESET}`
}
