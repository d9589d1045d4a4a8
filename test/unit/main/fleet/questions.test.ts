import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Question } from '../../../../main/engine/connection/asking.ts'
import { createQuestions, type Questions } from '../../../../main/fleet/questions.ts'
import { openKeyring, type Vault } from '../../../../main/store/keyring.ts'

const host: Question = { kind: 'host-key', host: 'lab', type: 'ssh-ed25519', fingerprint: 'SHA256:a', recordedIn: null }
const passphrase: Question = { kind: 'passphrase', path: '/keys/one', isWrong: false }
const never = new AbortController().signal

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-questions-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** Turns every byte over: not a secret to anybody, but not the text either. */
const vault: Vault = {
  encrypt: text => Buffer.from(text).map(byte => byte ^ 255),
  decrypt: bytes => Buffer.from(bytes.map(byte => byte ^ 255)).toString('utf8'),
}

function open(given?: Vault): Questions {
  let count = 0
  return createQuestions({ keyring: openKeyring(home, given), newId: () => `q${++count}`, now: () => 7 })
}

/** Answers the only question that waits. */
function answer(questions: Questions, text: string | null, remember = false) {
  const [question] = questions.list()
  questions.answer({ id: question?.id ?? '', answer: text, remember })
}

describe('a question', () => {
  test('waits where everyone sees it until it is answered, and once only', async () => {
    const questions = open()
    const lists: number[] = []
    questions.onChange(() => lists.push(questions.list().length))
    const asked = questions.askerOf(() => 'far')(host, never)
    expect(questions.list()).toEqual([{ ...host, id: 'q1', endpoint: 'far', askedAt: 7 }])
    answer(questions, 'SHA256:a')
    expect([await asked, lists]).toEqual(['SHA256:a', [1, 0]])
    expect(() => questions.answer({ id: 'q1', answer: null, remember: false })).toThrow('answered already')
  })

  test('that two endpoints ask is answered once for both', async () => {
    const questions = open()
    const asked = ['one', 'other'].map(endpoint => questions.askerOf(() => endpoint)(host, never))
    const another = questions.askerOf(() => 'one')({ ...host, fingerprint: 'SHA256:b' }, never)
    answer(questions, null)
    expect(await Promise.all(asked)).toEqual([null, null])
    answer(questions, 'SHA256:b')
    expect(await another).toBe('SHA256:b')
  })

  test('is taken back when it need not be known any more', async () => {
    const questions = open()
    const asking = new AbortController()
    const asked = questions.askerOf(() => 'far')(host, asking.signal)
    asking.abort()
    expect([await asked, questions.list()]).toEqual([null, []])
  })
})

describe('a passphrase', () => {
  const ask = async (questions: Questions, text: string, remember: boolean) => {
    const asked = questions.askerOf(() => 'far')(passphrase, never)
    // A passphrase that is known is not asked for, and that shows a moment later.
    await Promise.resolve()
    if (questions.list().length > 0) answer(questions, text, remember)
    return asked
  }

  test('is asked once for all endpoints, and again where it was wrong', async () => {
    const questions = open()
    expect(await ask(questions, 'sesame', true)).toBe('sesame')
    expect(await questions.askerOf(() => 'other')(passphrase, never)).toBe('sesame')
    const again = questions.askerOf(() => 'far')({ ...passphrase, isWrong: true }, never)
    expect(questions.list()).toMatchObject([{ isWrong: true, canRemember: false }])
    answer(questions, 'barley')
    expect(await again).toBe('barley')
  })

  test('is gone with the app where the system keeps no secrets, or nobody wants it kept', async () => {
    await ask(open(), 'sesame', true)
    await ask(open(vault), 'sesame', false)
    expect(() => readFileSync(join(home, 'keyring.json'))).toThrow('ENOENT')
    expect(await ask(open(), 'asked', false)).toBe('asked')
  })

  test('is remembered by the means of the system, never in plain, until it is wrong', async () => {
    await ask(open(vault), 'sesame', true)
    expect(readFileSync(join(home, 'keyring.json'), 'utf8')).not.toContain('sesame')
    const later = open(vault)
    expect(await later.askerOf(() => 'far')(passphrase, never)).toBe('sesame')
    const again = later.askerOf(() => 'far')({ ...passphrase, isWrong: true }, never)
    answer(later, null)
    expect(await again).toBeNull()
    expect(await ask(open(vault), 'asked', false)).toBe('asked')
  })

  test('that this system did not encrypt is asked for again', async () => {
    await ask(open(vault), 'sesame', true)
    const stranger: Vault = {
      encrypt: vault.encrypt,
      decrypt: () => {
        throw new Error('of another user')
      },
    }
    expect(await ask(open(stranger), 'asked', false)).toBe('asked')
  })
})
