import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ask, Question } from '../../main/engine/connection/asking.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { until } from '../support/engine-world.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()

describe.skipIf(why !== null)(`on the way over SSH a person is asked${why === null ? '' : ` (${why})`}`, () => {
  let sshd: Sshd
  let home: SshHome
  const opened: Engine[] = []

  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.remove())
  beforeEach(() => {
    home = makeSshHome()
  })
  afterEach(() => {
    for (const engine of opened.splice(0)) engine.close()
    home.remove()
  })

  /** An engine whose questions wait in `asked` until they are answered. */
  function open() {
    const asked: { question: Question; answer: (answer: string | null) => void; signal: AbortSignal }[] = []
    const ask: Ask = (question, signal) => new Promise(answer => asked.push({ question, answer, signal }))
    const endpoint = `ssh://root@127.0.0.1:${sshd.port}${workerEngine().slice('unix://'.length)}`
    const engine = openEngine({ endpoint, home: '/nowhere', environment: home.environment, ask, log: () => {} })
    opened.push(engine)
    const next = (index = 0) => until(() => asked[index])
    return { engine, asked, next, becomes: (state: string) => until(() => engine.state().state === state) }
  }
  const knownHosts = () => readFileSync(join(home.path, '.ssh/known_hosts'), 'utf8')
  const printed = () =>
    execFileSync('ssh-keygen', ['-lf', '-'], { input: `${sshd.hostKeys.get('ed25519')}\n`, encoding: 'utf8' }).split(
      ' ',
    )

  describe('whether a host that is not known is trusted', () => {
    beforeEach(() => sshd.authorize(home.key('id_ed25519', ['-t', 'ed25519'])))

    test('and it is recorded where ssh records it, once the answer is its fingerprint', async () => {
      home.config('HashKnownHosts no')
      const { engine, asked, next, becomes } = open()
      const { question, answer } = await next()
      const file = join(home.path, '.ssh/known_hosts')
      expect(question).toEqual({
        kind: 'host-key',
        host: `127.0.0.1:${sshd.port}`,
        type: 'ssh-ed25519',
        fingerprint: printed()[1],
        recordedIn: file,
      })
      await becomes('lost')
      expect(engine.state().failure).toMatchObject({
        code: 'refused',
        hint: expect.stringContaining('flotilla answer'),
      })
      answer(question.kind === 'host-key' ? question.fingerprint : null)
      await becomes('connected')
      expect([knownHosts(), asked.length]).toEqual([`${sshd.knownLine()}\n`, 1])
      const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', file], { encoding: 'utf8' })
      expect(found).toContain('ssh-ed25519')
    })

    test('and its name is hashed where the configuration says so', async () => {
      home.config('HashKnownHosts yes')
      home.known('# kept')
      const { next, becomes } = open()
      const { question, answer } = await next()
      answer(question.kind === 'host-key' ? question.fingerprint : null)
      await becomes('connected')
      expect(knownHosts()).toMatch(/^# kept\n\|1\|\S+\|\S+ ssh-ed25519 \S+\n$/)
      for (const engine of opened.splice(0)) engine.close()
      const again = open()
      await again.becomes('connected')
      expect(again.asked).toEqual([])
    })

    test('and it is recorded once, however many engines are behind it', async () => {
      const engines = [open(), open(), open()]
      for (const { question, answer } of await Promise.all(engines.map(({ next }) => next())))
        answer(question.kind === 'host-key' ? question.fingerprint : null)
      for (const { becomes } of engines) await becomes('connected')
      expect(knownHosts().trim().split('\n').length).toBe(1)
    })

    test('and nothing is trusted by another answer, nor asked twice until somebody looks', async () => {
      const { engine, asked, next, becomes } = open()
      ;(await next()).answer('yes')
      await becomes('lost')
      expect(await engine.diagnose()).toContainEqual(expect.objectContaining({ step: 'host key', state: 'failed' }))
      await next(1)
      await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
      expect(asked.length).toBe(2)
      expect(knownHosts).toThrow('ENOENT')
    })

    test('and not any more once it is known by other means', async () => {
      const { next, becomes } = open()
      const { signal } = await next()
      home.known(sshd.knownLine())
      await becomes('connected')
      expect(signal.aborted).toBe(true)
    })

    test('but never one that shows another key than before', async () => {
      home.known(`[127.0.0.1]:${sshd.port} ${home.key('other', ['-t', 'ed25519'])}`)
      const { engine, asked, becomes } = open()
      await becomes('lost')
      expect([engine.state().failure?.message.includes('another key than before'), asked]).toEqual([true, []])
    })
  })

  test('for the passphrase of a key until it is the right one, which opens it for this run', async () => {
    sshd.authorize(home.key('id_ed25519', ['-t', 'ed25519'], 'open sesame'))
    home.known(sshd.knownLine())
    const { engine, asked, next, becomes } = open()
    const path = join(home.path, '.ssh/id_ed25519')
    const first = await next()
    expect(first.question).toEqual({ kind: 'passphrase', path, isWrong: false })
    first.answer('open barley')
    const second = await next(1)
    expect(second.question).toEqual({ kind: 'passphrase', path, isWrong: true })
    second.answer('open sesame')
    await becomes('connected')
    sshd.cut()
    await becomes('lost')
    await becomes('connected')
    expect(await engine.listImages({ labels: [] })).not.toEqual([])
    expect(asked.length).toBe(2)
  })
})
