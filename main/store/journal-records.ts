import * as z from 'zod'
import { issuesText } from '../../shared/error-sentence.ts'
import { JournalRecord } from '../../shared/model/journal.ts'

export interface ParsedRecords {
  readonly records: readonly JournalRecord[]
  /** The first line whose number does not follow, or whose text is not JSON: damage. Null where there is none. */
  readonly complaint: string | null
  /** The first record that this version's schema does not know. Null where there is none. */
  readonly unknown: string | null
}

const Numbered = z.looseObject({ seq: z.int() })

/** Records are numbered without gaps, so a line that vanished or came twice is seen as well. */
export function parseRecords(lines: readonly { readonly number: number; readonly text: string }[]): ParsedRecords {
  const records: JournalRecord[] = []
  let complaint: string | null = null
  let unknown: string | null = null
  let seq = 0
  for (const { number, text } of lines) {
    const document = parseJson(text)
    const record = JournalRecord.safeParse(document)
    const own = record.success ? record.data.seq : Numbered.safeParse(document).data?.seq
    if (document === undefined) complaint ??= `line ${number}: it is not JSON`
    else if (own !== undefined && own !== seq + 1) complaint ??= `line ${number}: record ${own} follows record ${seq}`
    seq = own ?? seq + 1
    if (record.success) records.push(record.data)
    else if (document !== undefined) unknown ??= `line ${number}: ${issuesText(record.error.issues)}`
  }
  return { records, complaint, unknown }
}

/** The record that a line holds, or null where it holds none that is known. */
export function parseRecord(text: string): JournalRecord | null {
  return JournalRecord.safeParse(parseJson(text)).data ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
