import { toFailure } from '../../shared/failure.ts'
import type { LiveSections } from '../../shared/report.ts'
import { MASK } from '../../shared/rules/secrets.ts'
import { maskJson } from '../../shared/rules/secrets-shown.ts'
import { readSecretValues } from '../store/secrets.ts'
import { type HomeInput, homeSections } from './home-sections.ts'

export interface ReportInput extends HomeInput {
  readonly version: string
  readonly now: number
  /** The sections of a running app, or those in their place. */
  readonly live: LiveSections
}

/** Shorter values are words that stand elsewhere, too. */
const SHORTEST_SECRET = 6
const TOKEN = /(\/#)[\w-]{20,}/g

/**
 * All that is needed to find a fault, as one JSON document for a bug report. A part that cannot be had says why, and does
 * not stop the others. Secrets are masked: what looks like one, and every value that the home keeps by reference.
 */
export async function debugReport(input: ReportInput): Promise<string> {
  const head = { at: new Date(input.now).toISOString(), flotilla: input.version }
  const known = knownSecrets(input.home)
  const sections = Object.entries({ ...homeSections(input), ...input.live })
  const gathered = await Promise.all(
    sections.map(async ([name, gather]) => [name, await gatherSafely(gather)] as const),
  )
  const document = { ...head, ...Object.fromEntries(gathered) }
  const text = JSON.stringify(maskJson(document), null, 2).replaceAll(TOKEN, `$1${MASK}`)
  return `${known.reduce((shown, value) => shown.replaceAll(inJson(value), MASK), text)}\n`
}

async function gatherSafely(gather: () => unknown): Promise<unknown> {
  try {
    return await gather()
  } catch (error) {
    return { missing: toFailure(error).message }
  }
}

/** Longest first: one may hold another. */
function knownSecrets(home: string): string[] {
  try {
    const values = readSecretValues(home).filter(value => value.length >= SHORTEST_SECRET)
    return values.sort((one, other) => other.length - one.length)
  } catch {
    // A home that cannot be read has told nothing that would have to be hidden.
    return []
  }
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}
