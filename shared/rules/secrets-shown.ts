import type { RunConfig } from '../model/run-config.ts'
import { MASK, maskPair, maskText } from './secrets.ts'
import { isSecretPair } from './secrets-names.ts'
import { findInArguments } from './secrets-spans.ts'

/* What the engine tells of a container, fit to be shown: everything that looks like a secret becomes dots. */

/** A plain run configuration, masked. */
export function maskRun(run: RunConfig): RunConfig {
  return {
    ...run,
    environment: run.environment.map(([name, value]) => [name, maskPair(name, value)]),
    labels: run.labels.map(([name, value]) => [name, maskPair(name, value)]),
    command: run.command && maskArguments(run.command),
    entrypoint: run.entrypoint && maskArguments(run.entrypoint),
    healthcheck: run.healthcheck && { ...run.healthcheck, test: maskArguments(run.healthcheck.test) },
  }
}

/** The words of a command line, masked. */
export function maskArguments(list: readonly string[]): string[] {
  const spans = findInArguments(list)
  return list.map((text, index) =>
    // From the last on, so that the places of the others stay where they are.
    (spans[index] ?? [])
      .toReversed()
      .reduce((shown, { start, end }) => `${shown.slice(0, start)}${MASK}${shown.slice(end)}`, text),
  )
}

/** Any plain JSON value, masked: by the names of its fields, and lists of texts as the command lines that they mostly are. */
export function maskJson(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value)
  if (isTexts(value)) return maskTexts(value)
  if (Array.isArray(value)) return value.map(maskJson)
  if (typeof value !== 'object' || value === null) return value
  // Object.fromEntries defines properties: `__proto__` stays a key like any other.
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'string' ? maskPair(name, inner) : maskJson(inner),
    ]),
  )
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

/** `NAME=value` and `[NAME, value]` are told by the name, also where the name alone makes it a secret. */
function maskTexts(list: readonly string[]): string[] {
  const [first = '', second = ''] = list
  const isPair = list.length === 2 && /^[\w.-]+$/.test(first)
  if (isPair && isSecretPair(first, second)) return [first, maskPair(first, second)]
  const masked = maskArguments(list)
  return list.map((text, index) => {
    const [name = '', ...rest] = text.split('=')
    const value = rest.join('=')
    return isSecretPair(name, value) ? `${name}=${maskPair(name, value)}` : (masked[index] ?? '')
  })
}
