import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { until } from '../support/engine-world.ts'
import { makeSshHome, type Sshd, type SshHome, startAgent, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()

describe.skipIf(why !== null)(`a login over SSH${why === null ? '' : ` (${why})`}`, () => {
  let first: Sshd
  let second: Sshd
  let home: SshHome
  const opened: Engine[] = []
  const socket = workerEngine().slice('unix://'.length)

  beforeAll(async () => {
    ;[first, second] = await Promise.all([startSshd({ types: ['ed25519', 'rsa', 'ecdsa'] }), startSshd()])
  })
  afterAll(() => Promise.all([first?.remove(), second?.remove()]))
  beforeEach(() => {
    home = makeSshHome()
  })
  afterEach(() => {
    for (const engine of opened.splice(0)) engine.close()
    home.remove()
  })

  const to = (sshd: Sshd, host = '127.0.0.1') => `ssh://root@${host}:${sshd.port}${socket}`

  /** The outcomes of the first search and of a call. */
  async function reach(endpoint: string, environment: Record<string, string> = {}) {
    const engine = openEngine({
      endpoint,
      home: '/nowhere',
      environment: { ...home.environment, ...environment },
      log: () => {},
    })
    opened.push(engine)
    const state = await until(() => engine.state().state !== 'connecting' && engine.state())
    return { engine, state, failure: state.failure }
  }

  describe('with a key', () => {
    const kinds: [name: string, type: string[]][] = [
      ['ed25519', ['-t', 'ed25519']],
      ['ecdsa', ['-t', 'ecdsa']],
      ['rsa', ['-t', 'rsa', '-b', '2048']],
    ]
    test.each(kinds)('of the kind %s is let in', async (name, type) => {
      first.authorize(home.key(`id_${name}`, type))
      home.known(first.knownLine())
      const { engine, state } = await reach(to(first))
      expect([state.failure, state.state]).toEqual([null, 'connected'])
      expect(await engine.listImages({ labels: [] })).not.toEqual([])
    })

    test('that has a passphrase tells what to do about it', async () => {
      first.authorize(home.key('id_ed25519', ['-t', 'ed25519'], 'open sesame'))
      home.known(first.knownLine())
      const { failure } = await reach(to(first))
      expect(failure).toMatchObject({ code: 'refused', hint: expect.stringContaining(`ssh-add ${home.path}`) })
    })

    test('that nobody knows over there tells what was tried', async () => {
      home.key('id_ed25519', ['-t', 'ed25519'])
      home.known(first.knownLine())
      const { failure } = await reach(to(first))
      expect(failure).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(/tried ED25519 key SHA256:\S+ in/),
      })
    })
  })

  describe('with an agent', () => {
    test('uses the key that it holds, also one with a passphrase', async () => {
      const agent = await startAgent(home)
      try {
        for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) {
          home.key(name, ['-t', 'ed25519'])
          agent.add(name)
        }
        first.authorize(home.key('mine', ['-t', 'ed25519']))
        agent.add('mine')
        home.known(first.knownLine())
        // Servers turn away who offers more than six.
        expect((await reach(to(first), { SSH_AUTH_SOCK: agent.socket })).failure).toMatchObject({ code: 'refused' })
        home.config('IdentityFile ~/.ssh/mine.pub\nIdentitiesOnly yes')
        const { state } = await reach(to(first), { SSH_AUTH_SOCK: agent.socket })
        expect([state.failure, state.state]).toEqual([null, 'connected'])
      } finally {
        agent.stop()
      }
    })

    test('that the configuration names is used', async () => {
      const agent = await startAgent(home)
      try {
        first.authorize(home.key('mine', ['-t', 'ed25519']))
        agent.add('mine')
        home.known(first.knownLine())
        expect((await reach(to(first))).failure).toMatchObject({ code: 'refused' })
        home.config(`IdentityAgent "${agent.socket}"`)
        expect((await reach(to(first))).failure).toBe(null)
      } finally {
        agent.stop()
      }
    })

    test('that does not answer does without', async () => {
      first.authorize(home.key('id_ed25519', ['-t', 'ed25519']))
      home.known(first.knownLine())
      const { state } = await reach(to(first), { SSH_AUTH_SOCK: join(home.path, 'nobody') })
      expect(state.failure).toBe(null)
    })
  })

  describe('to a host', () => {
    beforeEach(() => first.authorize(home.key('id_ed25519', ['-t', 'ed25519'])))
    const printOf = (type: string) => {
      const line = `${first.hostKeys.get(type)}\n`
      return execFileSync('ssh-keygen', ['-lf', '-'], { input: line, encoding: 'utf8' }).split(' ')[1]
    }

    test('that is not known is refused with its fingerprint and what to do', async () => {
      const before = first.logins()
      const { engine, failure } = await reach(to(first))
      expect(failure).toMatchObject({ code: 'refused', hint: expect.stringContaining(`ssh-keyscan -p ${first.port}`) })
      expect(failure?.message).toContain(printOf('ed25519'))
      await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
      expect(first.logins()).toBe(before)
    })

    test('whose key is another than before is refused with both fingerprints', async () => {
      home.known(`[127.0.0.1]:${first.port} ${second.hostKeys.get('ed25519')}`)
      const { failure } = await reach(to(first))
      const other = execFileSync('ssh-keygen', ['-lf', '-'], {
        input: `${second.hostKeys.get('ed25519')}\n`,
        encoding: 'utf8',
      }).split(' ')[1]
      expect(failure).toMatchObject({ code: 'refused', hint: expect.stringContaining('ssh-keygen -R') })
      expect([failure?.message.includes(String(printOf('ed25519'))), failure?.message.includes(String(other))]).toEqual(
        [true, true],
      )
    })

    test('that goes by another name is known by that alone, whatever its port', async () => {
      home.config('Host 127.0.0.1\n  HostKeyAlias lab')
      home.known(`lab ${second.hostKeys.get('ed25519')}`)
      expect((await reach(to(first))).failure?.message).toContain('lab shows another key than before')
      home.forget()
      home.known(`lab ${first.hostKeys.get('ed25519')}`)
      expect((await reach(to(first))).failure).toBe(null)
    })

    test('whose key is revoked is refused', async () => {
      home.known(first.knownLine())
      home.known(`@revoked * ${first.hostKeys.get('ed25519')}`)
      const { failure } = await reach(to(first))
      expect(failure).toMatchObject({ code: 'refused', message: expect.stringContaining('revoked') })
    })

    test.each(['ed25519', 'rsa', 'ecdsa'])('of several keys shows the one that is recorded: %s', async type => {
      home.known(first.knownLine(type))
      expect((await reach(to(first))).failure).toBe(null)
    })

    test('whose name is hashed is known', async () => {
      home.known(first.knownLine())
      execFileSync('ssh-keygen', ['-q', '-H', '-f', join(home.path, '.ssh/known_hosts')], { stdio: 'ignore' })
      expect(execFileSync('cat', [join(home.path, '.ssh/known_hosts')], { encoding: 'utf8' })).toMatch(/^\|1\|/)
      expect((await reach(to(first))).failure).toBe(null)
    })

    test('that does not listen is told', async () => {
      const { failure } = await reach(`ssh://root@127.0.0.1:1${socket}`)
      expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('127.0.0.1:1') })
    })

    test('that is no SSH server is told', async () => {
      const { failure } = await reach(`ssh://root@nowhere.invalid${socket}`)
      expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('nowhere.invalid') })
    })
  })

  test('goes by the names, keys and ways round of the SSH configuration', async () => {
    second.authorize(home.key('jump', ['-t', 'ed25519']))
    first.authorize(home.key('work', ['-t', 'ed25519']))
    home.known(`bastion ${second.hostKeys.get('ed25519')}`)
    home.known(first.knownLine('rsa'))
    home.config('Include conf.d/*\nHost far\n  Include far.conf\n  User root\n  ProxyJump bastion')
    execFileSync('mkdir', [join(home.path, '.ssh/conf.d')])
    const bastion = `Host bastion\n  HostName 127.0.0.1\n  Port ${second.port}\n  User root\n  HostKeyAlias bastion`
    const write = (name: string, text: string) =>
      execFileSync('tee', [join(home.path, '.ssh', name)], { input: `${text}\n`, stdio: ['pipe', 'ignore', 'ignore'] })
    write('conf.d/one', `${bastion}\n  IdentityFile ~/.ssh/jump`)
    write('far.conf', `HostName 127.0.0.1\nPort ${first.port}\nIdentityFile %d/.ssh/work`)
    const before = [first.logins(), second.logins()]
    const { state } = await reach(`ssh://far${socket}`)
    expect([state.failure, state.state]).toEqual([null, 'connected'])
    expect([first.logins(), second.logins()]).toEqual(before.map(count => count + 1))
  })

  describe('by a program of the SSH configuration', () => {
    beforeEach(() => {
      first.authorize(home.key('id_ed25519', ['-t', 'ed25519']))
      home.known(`far ${first.hostKeys.get('ed25519')}`)
    })
    const far = (command: string) => {
      home.config(`Host far\n  User root\n  HostKeyAlias far\n  Port ${first.port}\n  ProxyCommand ${command}`)
      return reach(`ssh://far${socket}`)
    }

    test('is reached through that, and the program ends with the connection', async () => {
      const script = join(home.path, 'way.cjs')
      const text = `const s = require('net').connect(Number(process.argv[3]), '127.0.0.1', () => process.stdin.pipe(s).pipe(process.stdout)); s.on('close', () => process.exit())`
      execFileSync('tee', [script], { input: text, stdio: ['pipe', 'ignore', 'ignore'] })
      const { engine, state } = await far(`${process.execPath} ${script} %h %p`)
      expect([state.failure, state.state]).toEqual([null, 'connected'])
      expect(await engine.listImages({ labels: [] })).not.toEqual([])
      const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(script)
      expect(running()).toBe(true)
      engine.close()
      await until(() => !running())
    })

    test('that fails is told what it said', async () => {
      const { failure } = await far(`sh -c 'echo no such gate >&2; exit 3'`)
      expect(failure).toMatchObject({
        code: 'unreachable',
        message: 'The ProxyCommand of far ended with 3: no such gate',
        hint: expect.stringContaining('sh -c'),
      })
    })
  })
})
