/** A piece of a line that looks one way. `colour` and `background` are a palette's number or three components. */
export interface Span {
  readonly text: string
  readonly look: Look
}

export type Colour = number | readonly [number, number, number]

export interface Look {
  readonly colour?: Colour
  readonly background?: Colour
  readonly isBold?: boolean
  readonly isDim?: boolean
  readonly isItalic?: boolean
  readonly isUnderlined?: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const SEQUENCE = /\u001b\[([\d;:]{0,64})m/g
/** More pieces than a person could have meant; what follows is one piece. */
const MOST_SPANS = 200

/** Colours as terminals have them. Nothing else that a terminal would do is done: it stays in the text, to be shown inert. */
export function spansOf(line: string): readonly Span[] {
  const spans: Span[] = []
  let look: Look = {}
  let from = 0
  for (const sequence of line.matchAll(SEQUENCE)) {
    if (spans.length >= MOST_SPANS) break
    if (sequence.index > from) spans.push({ text: line.slice(from, sequence.index), look })
    look = changed(look, numbersOf(sequence[1] ?? ''))
    from = sequence.index + sequence[0].length
  }
  if (from < line.length) spans.push({ text: line.slice(from), look })
  return spans
}

function numbersOf(parameters: string): number[] {
  return parameters.split(/[;:]/).map(part => (part === '' ? 0 : Number(part)))
}

function changed(before: Look, numbers: readonly number[]): Look {
  let look = before
  const rest = [...numbers]
  for (let number = rest.shift(); number !== undefined; number = rest.shift()) {
    if (number === 38 || number === 48) {
      const colour = longColour(rest)
      if (colour !== undefined) look = number === 38 ? { ...look, colour } : { ...look, background: colour }
    } else look = withNumber(look, number)
  }
  return look
}

function withNumber(look: Look, number: number): Look {
  if (number === 0) return {}
  if (number === 1) return { ...look, isBold: true }
  if (number === 2) return { ...look, isDim: true }
  if (number === 3) return { ...look, isItalic: true }
  if (number === 4) return { ...look, isUnderlined: true }
  if (number === 22) return { ...look, isBold: false, isDim: false }
  if (number === 23) return { ...look, isItalic: false }
  if (number === 24) return { ...look, isUnderlined: false }
  if (number === 39) return without(look, 'colour')
  if (number === 49) return without(look, 'background')
  if (number >= 30 && number <= 37) return { ...look, colour: number - 30 }
  if (number >= 40 && number <= 47) return { ...look, background: number - 40 }
  if (number >= 90 && number <= 97) return { ...look, colour: number - 82 }
  if (number >= 100 && number <= 107) return { ...look, background: number - 92 }
  return look
}

function without(look: Look, key: 'colour' | 'background'): Look {
  const { [key]: _, ...rest } = look
  return rest
}

/** `5;n` or `2;r;g;b`, taken off the front. */
function longColour(rest: number[]): Colour | undefined {
  const kind = rest.shift()
  if (kind === 5) return paletteColour(rest.shift() ?? 0)
  if (kind !== 2) return undefined
  const [red = 0, green = 0, blue = 0] = rest.splice(0, 3)
  return [clamp(red), clamp(green), clamp(blue)]
}

function paletteColour(number: number): Colour | undefined {
  if (number < 16) return number
  if (number > 255) return undefined
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10
    return [grey, grey, grey]
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  const cube = number - 16
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value))
}
