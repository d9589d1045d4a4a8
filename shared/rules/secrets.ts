import type { RunConfig } from '../model/run-config.ts'
import { isSecretPair } from './secrets-names.ts'
import { findInArguments, findSecrets, type Span } from './secrets-spans.ts'

const MARK = '{{secret:'
const PLACEHOLDER = /\{\{secret:([^{}]+)\}\}/g
export const MASK = '••••••'

/** Keeps a secret and answers its reference: any text without braces. */
export type Seal = (value: string) => string

/**
 * The run configuration with `{{secret:REF}}` in place of every value, or part of a value, that looks like a secret:
 * variables, labels, command, entrypoint and health check. Give it plain values, never sealed ones.
 */
export function sealRun(run: RunConfig, seal: Seal): RunConfig {
  return mapTexts(run, {
    pair: (name, value) => sealText(value, isSecretPair(name, value) ? whole(value) : findSecrets(value), seal),
    list: list => {
      const spans = findInArguments(list)
      return list.map((text, index) => sealText(text, spans[index] ?? [], seal))
    },
  })
}

/** The run configuration as it was before it was sealed. `missing` are the references that nobody knows, each once. */
export function openRun(
  run: RunConfig,
  open: (reference: string) => string | undefined,
): { run: RunConfig; missing: string[] } {
  const missing = new Set<string>()
  const openText = (text: string) =>
    text.replaceAll(PLACEHOLDER, (placeholder, reference: string) => {
      const value = open(reference)
      if (value === undefined) missing.add(reference)
      return value ?? placeholder
    })
  const opened = mapTexts(run, { pair: (_name, value) => openText(value), list: list => list.map(openText) })
  return { run: opened, missing: [...missing] }
}

/**
 * A sealed run configuration with nothing in place of its references, for the configuration of an image; undefined where
 * it holds none.
 */
export function blankRun(sealed: RunConfig): RunConfig | undefined {
  if (referencesOf(sealed).length === 0) return undefined
  return openRun(sealed, () => '').run
}

/**
 * The values behind the references of a sealed run configuration, as far as a plain one of the same service shows them:
 * reference and value. What runs may tell what a lost home no longer knows.
 */
export function findSecretValues(sealed: RunConfig, plain: RunConfig): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const values = new Map(plain.environment)
  for (const [name, text] of sealed.environment) readValues(text, values.get(name), found)
  for (const field of ['command', 'entrypoint'] as const) {
    for (const [index, text] of (sealed[field] ?? []).entries()) readValues(text, plain[field]?.[index], found)
  }
  return found
}

function readValues(text: string, plain: string | undefined, found: Map<string, string>): void {
  const references = [...text.matchAll(PLACEHOLDER)].map(match => match[1] ?? '')
  if (plain === undefined || references.length === 0) return
  const literals = text.split(PLACEHOLDER).filter((_, index) => index % 2 === 0)
  const pattern = literals.map(literal => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('([^]*?)')
  const match = new RegExp(`^${pattern}$`).exec(plain)
  for (const [index, reference] of references.entries()) {
    const value = match?.[index + 1]
    if (value !== undefined) found.set(reference, value)
  }
}

/** Every reference that a sealed run configuration holds, each once. */
export function referencesOf(run: RunConfig): string[] {
  return openRun(run, () => undefined).missing
}

/** Every reference that a record of any shape holds. */
export function referencesIn(record: unknown): string[] {
  return [...JSON.stringify(record).matchAll(PLACEHOLDER)].map(match => match[1] ?? '')
}

/** A text fit to be shown: references and whatever looks like a secret become dots. */
export function maskText(text: string): string {
  return maskReferences(cover(text, findSecrets(text), () => MASK))
}

/** A value fit to be shown under its name. */
export function maskPair(name: string, value: string): string {
  return isSecretPair(name, value) && !value.includes(MARK) ? MASK : maskText(value)
}

/** A sealed text fit to be shown: dots and the first digits of the reference, so that two different secrets look different. */
export function maskReferences(text: string): string {
  return text.replaceAll(PLACEHOLDER, (_placeholder, reference: string) => `${MASK}${reference.slice(0, 4)}`)
}

interface TextMap {
  pair(name: string, value: string): string
  list(list: readonly string[]): string[]
}

function mapTexts(run: RunConfig, map: TextMap): RunConfig {
  const pairs = (list: RunConfig['environment']): RunConfig['environment'] =>
    list.map(([name, value]) => [name, map.pair(name, value)])
  return {
    ...run,
    environment: pairs(run.environment),
    labels: pairs(run.labels),
    command: run.command && map.list(run.command),
    entrypoint: run.entrypoint && map.list(run.entrypoint),
    healthcheck: run.healthcheck && { ...run.healthcheck, test: map.list(run.healthcheck.test) },
  }
}

/** Text that already reads like a reference is sealed whole, so that opening gives back exactly what was there. */
function sealText(text: string, spans: readonly Span[], seal: Seal): string {
  return cover(text, text.includes(MARK) ? whole(text) : spans, part => `${MARK}${seal(part)}}}`)
}

function cover(text: string, spans: readonly Span[], replace: (part: string) => string): string {
  let covered = ''
  let from = 0
  for (const { start, end } of spans) {
    covered += text.slice(from, start) + replace(text.slice(start, end))
    from = end
  }
  return covered + text.slice(from)
}

function whole(text: string): readonly Span[] {
  return [{ start: 0, end: text.length }]
}
