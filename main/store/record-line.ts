import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

const NEWLINE = 0x0a
const RETURN = 0x0d
const HEADER = /^([0-9a-f]{8}) ([0-9a-f]{8}) $/
const HEADER_BYTES = 18

/**
 * One record as a line: its length in bytes and its CRC-32, 8 hex digits each, then the JSON text and a newline. JSON
 * text holds no raw newline, so a line is a record and a record is a line.
 */
export function encodeLine(text: string): Buffer {
  const body = Buffer.from(text, 'utf8')
  const header = `${hex(body.length)} ${hex(crc32(body))} `
  return Buffer.concat([Buffer.from(header, 'latin1'), body, Buffer.from('\n')])
}

export interface Scan {
  /** The JSON text of every sound line, with its number from 1. */
  readonly lines: readonly { readonly number: number; readonly text: string }[]
  readonly lineCount: number
  /** The last line is sound, but its newline is missing. */
  readonly lacksNewline: boolean
  readonly end:
    | { readonly kind: 'whole' }
    /** The last line was being written when the machine stopped: `at` is where it begins. */
    | { readonly kind: 'torn'; readonly at: number }
    /** A line that had been written in full says something else now. */
    | { readonly kind: 'damaged'; readonly line: number; readonly reason: string }
}

/**
 * Reads every line that can be read. The checksum decides: a record whose newline is missing, or came as a carriage
 * return and a newline, is sound. A write that was cut short leaves a last line without a newline, or with holes of
 * zeros where blocks never arrived; anything else that does not add up was sound once and is damage.
 */
export function scanLines(file: Buffer): Scan {
  const lines: { number: number; text: string }[] = []
  let end: Scan['end'] = { kind: 'whole' }
  let number = 0
  let lacksNewline = false
  for (let start = 0; start < file.length; ) {
    number += 1
    const newline = file.indexOf(NEWLINE, start)
    const line = file.subarray(start, newline === -1 ? file.length : newline)
    const isLast = newline === -1 || newline === file.length - 1
    const read = readLine(line)
    if ('text' in read) {
      lines.push({ number, text: read.text })
      lacksNewline = newline === -1
    } else {
      const isTorn = isLast && (newline === -1 || line.includes(0))
      if (end.kind === 'whole')
        end = isTorn ? { kind: 'torn', at: start } : { kind: 'damaged', line: number, reason: read.reason }
    }
    start = newline === -1 ? file.length : newline + 1
  }
  return { lines, lineCount: number, lacksNewline, end }
}

function readLine(line: Buffer): { text: string } | { reason: string } {
  const header = HEADER.exec(line.toString('latin1', 0, HEADER_BYTES))
  if (header === null) return { reason: 'it does not begin as a record' }
  // JSON text never ends with a raw carriage return.
  const body = line.subarray(HEADER_BYTES, line.at(-1) === RETURN ? -1 : undefined)
  if (header[1] !== hex(body.length)) return { reason: 'its length is wrong' }
  if (header[2] !== hex(crc32(body))) return { reason: 'its checksum is wrong' }
  return { text: body.toString('utf8') }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
