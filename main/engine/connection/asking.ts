import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import { hostAndPort } from '../ssh/address.ts'
import type { SshHost } from '../ssh/config.ts'
import { fingerprint, judgeHostKey, knownLine, parseKnownHosts, typeOf } from '../ssh/known-hosts.ts'

/** A question to a person on the way to an engine. */
export type Question =
  | {
      readonly kind: 'host-key'
      /** `host`, or `host:port` where that is an unusual one. */
      readonly host: string
      readonly type: string
      /** `SHA256:...`, as ssh shows it. */
      readonly fingerprint: string
      /** The known_hosts file that a key which is trusted will be written to; null where it is trusted for this run alone. */
      readonly recordedIn: string | null
    }
  | { readonly kind: 'passphrase'; readonly path: string; readonly isWrong: boolean }

/**
 * Resolves with the passphrase, or with the fingerprint again where that key is to be trusted; null where nobody wants
 * to tell. The signal fires when it need not be known any more.
 */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | null>

/** Questions and answers on the way to one engine. Nothing waits for an answer: an answer starts a new attempt. */
export interface Asking {
  /** Whether there is anybody to be asked. */
  readonly isHeard: boolean
  isTrusted(host: SshHost, key: Uint8Array): boolean
  /** Asks whether the key may be trusted; what is trusted is written to known_hosts as ssh itself would. */
  trust(host: SshHost, key: Uint8Array): void
  /** The key in a file that was unlocked, as long as the file is the same. */
  unlocked(path: string, file: Buffer): ParsedKey | undefined
  /** Asks for the passphrase of a key; false where nobody wanted to tell it before. */
  unlock(path: string): boolean
  /** Lets questions be asked again that were put off. */
  askAgain(): void
  /** The engine was reached: nothing needs to be told any more. */
  withdraw(): void
}

export function createAsking(input: {
  readonly ask: Ask | undefined
  readonly onAnswer: () => void
  readonly log: (message: string) => void
}): Asking {
  const { ask = async () => null } = input
  const open = new Map<string, AbortController>()
  const declined = new Set<string>()
  const trusted = new Set<string>()
  const keys = new Map<string, { readonly file: Buffer; readonly key: ParsedKey }>()

  /** Asks once at a time; `work` tells whether it was answered. */
  function begin(name: string, work: (signal: AbortSignal) => Promise<boolean>): boolean {
    if (declined.has(name)) return false
    if (open.has(name)) return true
    const asked = new AbortController()
    open.set(name, asked)
    work(asked.signal)
      .then(isAnswered => {
        if (asked.signal.aborted) return
        open.delete(name)
        if (isAnswered) input.onAnswer()
        else declined.add(name)
      })
      .catch(error => {
        if (asked.signal.aborted) return
        open.delete(name)
        input.log(`a question could not be asked: ${error instanceof Error ? error.message : String(error)}`)
      })
    return true
  }

  return {
    isHeard: input.ask !== undefined,
    isTrusted: (host, key) => trusted.has(trustOf(host, key)),
    trust(host, key) {
      const shown = fingerprint(key)
      const question = {
        kind: 'host-key' as const,
        host: hostAndPort(host.knownAs, host.knownPort),
        type: typeOf(key),
        fingerprint: shown,
        recordedIn: host.recordsIn,
      }
      begin(trustOf(host, key), async signal => {
        if ((await ask(question, signal)) !== shown) return false
        trusted.add(trustOf(host, key))
        // The key is trusted for this run even where the file cannot be written.
        await record(host, key).catch(error => input.log(`${host.recordsIn} cannot be written: ${error.message}`))
        return true
      })
    },
    unlocked(path, file) {
      const found = keys.get(path)
      return found?.file.equals(file) ? found.key : undefined
    },
    unlock: path =>
      begin(path, async signal => {
        for (let isWrong = false; ; isWrong = true) {
          const passphrase = await ask({ kind: 'passphrase', path, isWrong }, signal)
          if (passphrase === null) return false
          const file = await readFile(path)
          const key = ssh2.utils.parseKey(file, passphrase)
          if (key instanceof Error) continue
          keys.set(path, { file, key })
          return true
        }
      }),
    askAgain: () => declined.clear(),
    withdraw() {
      for (const asked of open.values()) asked.abort()
      open.clear()
      declined.clear()
    },
  }
}

function trustOf(host: SshHost, key: Uint8Array): string {
  return `${hostAndPort(host.knownAs, host.knownPort)} ${fingerprint(key)}`
}

/** Records keys one at a time: two endpoints on the same machine then record its key once. */
let recorded: Promise<void> = Promise.resolve()

function record(host: SshHost, key: Uint8Array): Promise<void> {
  const turn = recorded.then(() => append(host, key))
  recorded = turn.catch(() => {})
  return turn
}

async function append(host: SshHost, key: Uint8Array): Promise<void> {
  const file = host.recordsIn
  if (file === null) return
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const before = await readFile(file, 'utf8').catch(() => '')
  if (judgeHostKey(parseKnownHosts(before, file), host.knownAs, host.knownPort, key).kind === 'known') return
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  const line = knownLine(host.knownAs, host.knownPort, { key, isHashed: host.hashesKnown })
  await appendFile(file, `${gap}${line}\n`, { mode: 0o600 })
}
