import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { FailureError, fail } from '../../shared/failure.ts'
import { hasRegistry, splitReference } from './references.ts'

/*
 * The credentials for a registry, as the docker command line knows it. Credentials go from here to the engine and nowhere
 * else: no failure, log or progress holds any part of them.
 */

type Environment = Readonly<Record<string, string | undefined>>

/** As the engine takes it. */
export type RegistryAuth = { readonly serveraddress: string } & (
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
)

/** Docker's own registry, under which the command line keeps it. */
const hub = 'https://index.docker.io/v1/'
const helperMs = 60_000
const mostHelperBytes = 64 * 1024

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
})

const Config = z.object({
  auths: z.record(z.string(), Entry).default({}),
  credsStore: z.string().default(''),
  credHelpers: z.record(z.string(), z.string()).default({}),
})
type Config = z.infer<typeof Config>

/** The registry that a reference names, as credentials are kept under: a host and port, or Docker's own. */
export function registryOf(reference: string): string {
  const { name } = splitReference(reference)
  const [first = ''] = name.split('/')
  return hasRegistry(name) && first !== 'docker.io' && first !== 'index.docker.io' ? first : hub
}

/**
 * The credentials for a registry, or null where none are kept. Fails `refused` where the file or a helper that is told of
 * cannot be used.
 */
export async function authFor(registry: string, environment: Environment): Promise<RegistryAuth | null> {
  const config = await readConfig(environment)
  if (config === null) return null
  const helper = own(config.credHelpers, registry) ?? config.credsStore
  const asked = helper === '' ? null : await askHelper(helper, registry, environment)
  return asked ?? storedAuth(config, registry)
}

async function readConfig(environment: Environment): Promise<Config | null> {
  const home = environment.HOME ?? environment.USERPROFILE
  const folder = environment.DOCKER_CONFIG || (home ? join(home, '.docker') : '')
  if (folder === '') return null
  const path = join(folder, 'config.json')
  const text = await readFile(path, 'utf8').catch(error => {
    if (error?.code === 'ENOENT' || error?.code === 'ENOTDIR') return null
    return fail('refused', `The docker configuration ${path} cannot be read`, { cause: error })
  })
  if (text === null) return null
  const parsed = Config.safeParse(jsonOf(text))
  // The error would quote the file, with the secrets in it.
  return parsed.success ? parsed.data : fail('refused', `The docker configuration ${path} makes no sense`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Told as a configuration that makes no sense, without any of its text.
    return null
  }
}

/** Keys are strangers' text: only what the object itself has. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function storedAuth(config: Config, registry: string): RegistryAuth | null {
  const key = Object.keys(config.auths).find(one => one === registry || hostOf(one) === hostOf(registry))
  const entry = key === undefined ? undefined : own(config.auths, key)
  if (entry === undefined) return null
  if (entry.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: registry }
  const pair = entry.auth ? Buffer.from(entry.auth, 'base64').toString('utf8') : `${entry.username}:${entry.password}`
  const colon = pair.indexOf(':')
  const [username, password] = [pair.slice(0, colon), pair.slice(colon + 1).replace(/\0+$/, '')]
  return colon < 1 || (!entry.auth && !entry.username) ? null : { username, password, serveraddress: registry }
}

/** `registry.example:5000` of `https://registry.example:5000/v2/`. */
function hostOf(registry: string): string {
  return registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}

const HelperAnswer = z.object({ Username: z.string(), Secret: z.string() })

async function askHelper(name: string, registry: string, environment: Environment): Promise<RegistryAuth | null> {
  if (!/^[\w-]+$/.test(name)) fail('refused', `The credential helper ${JSON.stringify(name)} has no proper name`)
  const { code, out } = await runHelper(`docker-credential-${name}`, registry, environment)
  if (code !== 0) {
    // The protocol has no other way to say so.
    if (/credentials not found/i.test(out)) return null
    return fail('refused', `The credential helper docker-credential-${name} failed`, {
      hint: `Is it set up? Try: docker login ${hostOf(registry)}`,
    })
  }
  const answer = HelperAnswer.safeParse(jsonOf(out))
  if (!answer.success) fail('refused', `The credential helper docker-credential-${name} answered nonsense`)
  const { Username, Secret } = answer.data
  if (Username === '<token>') return { identitytoken: Secret, serveraddress: registry }
  return Username === '' && Secret === '' ? null : { username: Username, password: Secret, serveraddress: registry }
}

function runHelper(
  command: string,
  registry: string,
  environment: Environment,
): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['get'], {
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: helperMs,
    })
    const chunks: Buffer[] = []
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostHelperBytes) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.on('error', () => {
      const hint = 'The docker configuration names it; install it, or log in again without it'
      reject(new FailureError({ code: 'refused', message: `${command} cannot be started`, hint }))
    })
    child.on('close', code => resolve({ code: code ?? 1, out: Buffer.concat(chunks).toString('utf8').trim() }))
    // A helper that does not read its input is noticed by its answer.
    child.stdin.on('error', () => {})
    child.stdin.end(registry)
  })
}
