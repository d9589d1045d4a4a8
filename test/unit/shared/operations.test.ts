import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { contract } from '../../../shared/contract.ts'
import type { Operation } from '../../../shared/model/journal.ts'
import { formerNames, type OperationFacts, operations } from '../../../shared/model/operations.ts'
import { named } from '../../../shared/rules/operations.ts'

/** Methods that change something and write no entry of their own, each with the reason. */
const unrecorded: Readonly<Record<string, string>> = {
  'app.settings': 'settings have a file of their own',
  'app.stop': 'nothing of a fleet changes',
  'fleet.sample': 'it imports, snapshots, launches and switches, each with an entry',
  'history.undo': 'the operation that it carries out is recorded under its own name',
  'history.redo': 'the operation that it carries out is recorded under its own name',
  'questions.answer': 'answers are not kept',
  'operations.cancel': 'the operation that it cancels has an entry',
  'endpoint.add': 'endpoints are settings',
  'endpoint.edit': 'endpoints are settings',
  'endpoint.rename': 'endpoints are settings',
  'endpoint.remove': 'endpoints are settings',
  'endpoint.connect': 'endpoints are settings',
  'endpoint.disconnect': 'endpoints are settings',
  'endpoint.trust': 'endpoints are settings',
  'container.openPort': 'it lasts as long as the app runs',
  'files.get': 'it changes a file of this machine, on a path that was chosen',
  'terminal.open': 'a shell is found as drift',
  'terminal.write': 'a shell is found as drift',
  'terminal.resize': 'a shell is found as drift',
  'terminal.close': 'a shell is found as drift',
  'terminal.heard': 'it says what was shown',
}

/** Verbs of methods that only tell something. */
const telling =
  /\.(list|show|files|file|read|search|sources|preview|inspect|layers|find|test|use|ignored|doctor|report|plan|\w+Plan)$/

const methods = Object.entries(contract)
  .filter(([, { kind }]) => kind === 'method')
  .map(([name]) => name)
const facts: readonly (readonly [string, OperationFacts])[] = Object.entries(operations)

test('every method tells something, is an operation, or has a reason to write no entry', () => {
  const undecided = methods.filter(name => !telling.test(name) && !(name in operations) && !(name in unrecorded))
  expect(undecided).toEqual([])
})

test('every operation has the name of its method; only drift is found without one', () => {
  expect(Object.keys(operations).filter(name => !methods.includes(name))).toEqual(['drift.found'])
})

test('every operation is written by the app, and former names are not', () => {
  const root = fileURLToPath(new URL('../../../main', import.meta.url))
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const text = sources.map(file => readFileSync(join(root, file), 'utf8')).join('\n')
  const isWritten = (name: string) => text.includes(`named('${name}'`) || text.includes(`op: '${name}'`)
  expect(Object.keys(operations).filter(name => !isWritten(name))).toEqual([])
  expect(Object.keys(formerNames).filter(name => isWritten(name) || name in operations)).toEqual([])
})

describe.each(facts)('%s', (name, { phrase, title, undo, plan }) => {
  test('has words, a plan or a reason for none, and an inverse or a reason for none', () => {
    expect(phrase).toMatch(/^[a-z].*[^.]$/)
    expect(named(name as Operation, 'shop v7').title).toMatch(/^[A-Za-z]/)
    expect(title).not.toMatch(/\$.*\$|\.$/)
    if (typeof plan === 'string') expect(methods).toContain(plan)
    else expect(plan.none).toMatch(/^[A-Z].*[^.]$/)
    if ('by' in undo) expect(operations[undo.by as Operation].undo).toEqual({ by: name })
    else expect('never' in undo ? undo.never : undo.nothing).toMatch(/.{10}/)
  })
})
