import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fail } from '../../../shared/failure.ts'
import type { Environment } from '../home.ts'

/** The engine that a command line means, and which of the ways to name one says so. */
export interface NamedEngine {
  readonly address: string
  readonly by: string
}

/** In the order of the docker command line; undefined where nothing names an engine. */
export async function namedEngine(
  endpoint: string | undefined,
  environment: Environment,
): Promise<NamedEngine | undefined> {
  if (endpoint) return { address: endpoint, by: '--endpoint' }
  if (environment.DOCKER_HOST) return { address: environment.DOCKER_HOST, by: 'DOCKER_HOST' }
  const config = environment.DOCKER_CONFIG || join(environment.HOME || homedir(), '.docker')
  if (environment.DOCKER_CONTEXT) return contextNamed(config, environment.DOCKER_CONTEXT, 'DOCKER_CONTEXT')
  const current = readField(await readJson(join(config, 'config.json')), 'currentContext')
  return typeof current === 'string' && current !== '' ? contextNamed(config, current, 'docker context use') : undefined
}

/** The context `default` is the engine that is found where no other is named. */
async function contextNamed(config: string, name: string, by: string): Promise<NamedEngine | undefined> {
  if (name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = await readJson(join(config, 'contexts', 'meta', id, 'meta.json'))
  const host = readField(readField(readField(meta, 'Endpoints'), 'docker'), 'Host')
  if (typeof host === 'string') return { address: host, by: `${by}: ${name}` }
  return fail('not-found', `There is no Docker context named ${name}`, { hint: "See 'docker context ls'" })
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
