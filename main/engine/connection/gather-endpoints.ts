import { createHash } from 'node:crypto'
import { access, readdir, readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import type { EndpointSettings } from '../../../shared/endpoints.ts'
import type { DockerContext, EndpointFacts, TlsFiles } from './endpoints.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Reads what decides where the engine is: the environment and the docker command line's own configuration. */
export async function gatherEndpoints(input: {
  readonly endpoint: string | undefined
  readonly settings?: EndpointSettings | undefined
  readonly home: string
  readonly environment: Environment
}): Promise<EndpointFacts> {
  const { environment } = input
  const userHome = said(environment.HOME) ?? said(environment.USERPROFILE) ?? homedir()
  const configDir = said(environment.DOCKER_CONFIG) ?? join(userHome, '.docker')
  const contexts = await readContexts(configDir)
  const certPath = said(environment.DOCKER_CERT_PATH)
  const directories = [
    certPath ?? join(userHome, '.docker'),
    ...[...contexts.values()].map(context => context.certPath),
  ]
  return {
    endpoint: said(input.endpoint),
    settings: input.settings ?? null,
    dockerHost: said(environment.DOCKER_HOST),
    context: await currentContext(environment, configDir),
    contexts,
    tlsVerify: said(environment.DOCKER_TLS_VERIFY) !== null,
    certPath,
    certificates: new Map(await Promise.all(directories.map(async dir => [dir, await tlsFiles(dir)] as const))),
    platform: process.platform,
    userHome,
    userName: said(environment.USER) ?? said(environment.USERNAME) ?? nameOfUser(),
    sshAgent: said(environment.SSH_AUTH_SOCK) ?? (process.platform === 'win32' ? WINDOWS_AGENT : null),
    runtimeDir: said(environment.XDG_RUNTIME_DIR) ?? usualRuntimeDir(),
    flotillaHome: input.home,
  }
}

const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent'

/** Where rootless engines listen although nobody says so: in a session without a login XDG_RUNTIME_DIR is not set. */
function usualRuntimeDir(): string | null {
  return process.platform === 'linux' ? `/run/user/${process.getuid?.()}` : null
}

/** Some users have no name: then whoever needs one has to say it. */
function nameOfUser(): string {
  try {
    return userInfo().username
  } catch {
    return 'root'
  }
}

/** An empty variable says nothing. */
function said(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}

const DockerConfig = z.object({ currentContext: z.string().nullish() })

async function currentContext(environment: Environment, configDir: string): Promise<EndpointFacts['context']> {
  const name = said(environment.DOCKER_CONTEXT)
  if (name !== null) return { name, from: 'DOCKER_CONTEXT' }
  const path = join(configDir, 'config.json')
  const config = await readJson(path, DockerConfig)
  return config?.currentContext ? { name: config.currentContext, from: path } : null
}

const ContextMeta = z.object({
  Name: z.string(),
  Endpoints: z.object({ docker: z.object({ Host: z.string().default(''), SkipTLSVerify: z.boolean().nullish() }) }),
})

async function readContexts(configDir: string): Promise<ReadonlyMap<string, DockerContext>> {
  const found = new Map<string, DockerContext>()
  for (const folder of await namesIn(join(configDir, 'contexts', 'meta'))) {
    const meta = await readJson(join(configDir, 'contexts', 'meta', folder, 'meta.json'), ContextMeta)
    if (meta === undefined) continue
    const id = createHash('sha256').update(meta.Name).digest('hex')
    found.set(meta.Name, {
      host: meta.Endpoints.docker.Host,
      skipTlsVerify: meta.Endpoints.docker.SkipTLSVerify ?? false,
      certPath: join(configDir, 'contexts', 'tls', id, 'docker'),
    })
  }
  return found
}

async function tlsFiles(dir: string): Promise<TlsFiles> {
  const [ca = null, cert = null, key = null] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(async name => ((await exists(join(dir, name))) ? join(dir, name) : null)),
  )
  return { ca, cert, key }
}

/** Files of another program: one that is missing or unreadable says nothing, and must not keep us from looking on. */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => [])
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
