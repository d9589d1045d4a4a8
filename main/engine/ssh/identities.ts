import { readFile } from 'node:fs/promises'
import type {
  AnyAuthMethod,
  AuthHandlerMiddleware,
  BaseAgent,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2'
import ssh2 from 'ssh2'
import type { Asking } from '../connection/asking.ts'
import type { SshHost } from './config.ts'
import { describeKey, type Offered } from './failures.ts'
import { fingerprint } from './known-hosts.ts'

/** An identity to offer, and its name. */
interface Offer {
  readonly name: string
  readonly method: AnyAuthMethod
}

/** Offers one identity after the other, and remembers which. The last one tried is the one that was accepted. */
interface Identities {
  readonly authHandler: AuthHandlerMiddleware
  offered(): Offered
}

/**
 * The identities of a user for a host: keys of the agent that a file names, keys in files, then whatever else the agent
 * holds. Servers count the tries, so what is likelier comes first.
 */
export async function gatherIdentities(host: SshHost, asking: Asking): Promise<Identities> {
  const files = await Promise.all(host.identityFiles.map(path => readIdentity(path, asking)))
  const held = host.agent === null ? [] : await keysOf(host.agent)
  const isHeld = (key: ParsedKey) => held.some(one => isSame(one.key, key))
  const isNamed = (key: ParsedKey) => files.some(file => file.publicKey !== undefined && isSame(file.publicKey, key))
  const fromAgent = (one: HeldKey): Offer => ({
    name: `${nameOf(one.key)} of the agent`,
    method: { type: 'agent', username: host.user, agent: one.agent },
  })
  const fromFiles = files.flatMap(({ path, privateKey }): Offer[] => {
    if (privateKey === undefined || isHeld(privateKey)) return []
    return [
      { name: `${nameOf(privateKey)} in ${path}`, method: { type: 'publickey', username: host.user, key: privateKey } },
    ]
  })
  const others = host.identitiesOnly ? [] : held.filter(one => !isNamed(one.key))
  const offers = [...held.filter(one => isNamed(one.key)).map(fromAgent), ...fromFiles, ...others.map(fromAgent)]
  const isLocked = (file: IdentityFile) => file.isLocked && !(file.publicKey !== undefined && isHeld(file.publicKey))
  return offerInTurn(
    host,
    offers,
    files.filter(isLocked).map(file => file.path),
  )
}

function offerInTurn(host: SshHost, offers: readonly Offer[], locked: readonly string[]): Identities {
  const left = [...offers]
  const tried: string[] = []
  let takes: readonly string[] = []
  let hasAsked = false
  return {
    offered: () => ({ tried, locked, takes }),
    authHandler(methods, _partial, next) {
      // An empty offer first makes the server tell which methods it accepts.
      if (!hasAsked) {
        hasAsked = true
        next({ type: 'none', username: host.user })
        return
      }
      takes = methods ?? takes
      const offer = takes.includes('publickey') ? left.shift() : undefined
      if (offer !== undefined) tried.push(offer.name)
      // ssh2 ends the login at `false`; its declarations leave that out.
      next(offer?.method ?? (false as unknown as AnyAuthMethod))
    },
  }
}

interface IdentityFile {
  readonly path: string
  readonly privateKey: ParsedKey | undefined
  readonly publicKey: ParsedKey | undefined
  readonly isLocked: boolean
}

async function readIdentity(path: string, asking: Asking): Promise<IdentityFile> {
  const [own, beside] = await Promise.all([path, `${path}.pub`].map(name => readFile(name).catch(() => undefined)))
  const key = own && (asking.unlocked(path, own) ?? ssh2.utils.parseKey(own))
  const publicKey = beside && ssh2.utils.parseKey(beside)
  const isKey = key !== undefined && !(key instanceof Error)
  return {
    path,
    privateKey: isKey && key.isPrivateKey() ? key : undefined,
    publicKey: isKey ? key : publicKey instanceof Error ? undefined : publicKey,
    isLocked: key instanceof Error && /encrypted|passphrase/i.test(key.message),
  }
}

/** A key that an agent holds, and that agent as if it held no other. */
interface HeldKey {
  readonly key: ParsedKey
  readonly agent: BaseAgent
}

/** An agent that does not answer holds no keys: what else there is may do. */
async function keysOf(socket: string): Promise<readonly HeldKey[]> {
  const agent = ssh2.createAgent(socket)
  const keys = await new Promise<readonly ParsedKey[]>(resolve => {
    const timer = setTimeout(() => resolve([]), AGENT_MS)
    agent.getIdentities((error, found) => {
      clearTimeout(timer)
      resolve((error ? [] : (found ?? [])).flatMap(parsed))
    })
  })
  return keys.map(key => ({ key, agent: new OneKeyAgent(agent, key) }))
}

const AGENT_MS = 3_000

function parsed(key: Parameters<typeof ssh2.utils.parseKey>[0] | { readonly pubKey: unknown }): ParsedKey[] {
  // The declarations know more shapes of an agent's keys than ssh2 itself ever hands out.
  const read = ssh2.utils.parseKey(key as Parameters<typeof ssh2.utils.parseKey>[0])
  return read instanceof Error ? [] : [read]
}

class OneKeyAgent extends ssh2.BaseAgent {
  readonly #agent: BaseAgent
  readonly #key: ParsedKey

  constructor(agent: BaseAgent, key: ParsedKey) {
    super()
    this.#agent = agent
    this.#key = key
  }

  override getIdentities(callback: Parameters<BaseAgent['getIdentities']>[0]): void {
    callback(undefined, [this.#key])
  }

  override sign(
    key: string | Buffer | ParsedKey,
    text: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, text, options)
    else this.#agent.sign(key, text, options, callback)
  }
}

function isSame(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH())
}

function nameOf(key: ParsedKey): string {
  return describeKey(key.type, fingerprint(key.getPublicSSH()))
}
