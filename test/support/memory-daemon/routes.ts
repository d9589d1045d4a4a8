import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostname, release } from 'node:os'
import type { Duplex } from 'node:stream'
import {
  changesOf,
  diskUse,
  historyOf,
  inspected,
  inspectedImage,
  listed,
  listedImage,
  listedNetworks,
  listedVolumes,
} from './answers.ts'
import type { Container } from './container.ts'
import type { CreateBody } from './containers.ts'
import type { World } from './daemon.ts'
import { inputOf } from './execs.ts'
import { type Config, merged } from './image-config.ts'
import { archiveOf, unpackInto } from './layers.ts'
import { tellLogs, tellStats } from './live-answers.ts'
import { refuse } from './refusal.ts'
import { removeImage } from './remove-image.ts'

export interface Asked {
  readonly world: World
  /** What stands in the path for a name or an id. */
  readonly name: string
  readonly query: URLSearchParams
  readonly body: Buffer
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Taken {
  readonly world: World
  readonly name: string
  readonly query: URLSearchParams
  readonly socket: Duplex
  readonly rest: Buffer
}

/** A status, a tar or JSON; undefined where it has written the answer itself. */
type Answer = number | Buffer | object | undefined
type Handler = (asked: Asked) => Promise<Answer> | Answer

const json = <T>({ body }: Asked): T => JSON.parse(body.toString('utf8') || '{}') as T
const containerOf = ({ world, name }: Pick<Asked, 'world' | 'name'>) => world.containers.find(name)
const isSet = (query: URLSearchParams, name: string) => ['1', 'true'].includes(query.get(name) ?? '')

/** Those that bear all labels of the filter. */
function labelled<T>({ query }: Asked, all: Iterable<T>, labelsOf: (one: T) => Readonly<Record<string, string>>): T[] {
  const { label = [] } = JSON.parse(query.get('filters') || '{}') as { label?: string[] }
  return [...all].filter(one => {
    const labels = labelsOf(one)
    return label.every(said => {
      const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(said) ?? []
      return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value)
    })
  })
}

/** An action on a container that runs, paused or not. */
const onRunning =
  (act: (container: Container, asked: Asked) => Promise<Answer> | Answer): Handler =>
  asked => {
    const container = containerOf(asked)
    if (!container.isRunning) refuse(409, `container ${container.id} is not running`)
    return act(container, asked)
  }

function lines(...values: readonly object[]): Buffer {
  return Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join(''))
}

const general: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/_ping$/, () => Buffer.from('OK')],
  [
    'GET',
    /^\/version$/,
    () => ({
      Version: '28.5.2',
      ApiVersion: '1.51',
      MinAPIVersion: '1.24',
      Os: 'linux',
      Arch: 'amd64',
      Components: [{ Name: 'Engine', Version: '28.5.2' }],
    }),
  ],
  [
    'GET',
    /^\/info$/,
    ({ world }) => ({
      ID: world.id,
      Name: hostname(),
      ServerVersion: '28.5.2',
      OperatingSystem: 'In memory',
      OSType: 'linux',
      KernelVersion: release(),
      SystemTime: new Date().toISOString(),
      DockerRootDir: '/var/lib/docker',
      SecurityOptions: [],
      Driver: 'overlay2',
      DriverStatus: [],
    }),
  ],
  [
    'GET',
    /^\/events$/,
    ({ world, query, response }) =>
      world.events.follow(response, query.has('since') ? Number(query.get('since')) : null) as undefined,
  ],
  ['GET', /^\/system\/df$/, ({ world }) => diskUse(world.images, world.volumes, world.containers.all.values())],
]

const containers: typeof general = [
  [
    'GET',
    /^\/containers\/json$/,
    asked =>
      labelled(asked, asked.world.containers.all.values(), ({ parts }) => parts.config.Labels ?? {})
        .filter(one => one.isRunning || isSet(asked.query, 'all'))
        .reverse()
        .map(one => listed(one, asked.world)),
  ],
  [
    'POST',
    /^\/containers\/create$/,
    asked => ({
      Id: asked.world.containers.create(asked.query.get('name') ?? '', json<CreateBody>(asked)).id,
      Warnings: [],
    }),
  ],
  ['GET', /^\/containers\/([^/]+)\/json$/, asked => inspected(containerOf(asked), asked.world.networks)],
  [
    'POST',
    /^\/containers\/([^/]+)\/start$/,
    async asked => {
      const container = containerOf(asked)
      if (container.isRunning) return 304
      for (const network of container.networks.keys()) asked.world.networks.find(network)
      await container.start()
      return 204
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/stop$/,
    async asked => {
      const container = containerOf(asked)
      const wasRunning = container.isRunning
      await container.stop(Number(asked.query.get('t') ?? 10) * 1000)
      return wasRunning ? 204 : 304
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/restart$/,
    async asked => {
      const container = containerOf(asked)
      await container.stop(Number(asked.query.get('t') ?? 10) * 1000)
      await container.start()
      container.tell('restart')
      return 204
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/kill$/,
    onRunning(async container => {
      await container.kill()
      return 204
    }),
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/pause$/,
    onRunning(container => {
      if (container.state === 'paused') refuse(409, `container ${container.id} is already paused`)
      container.state = 'paused'
      container.tell('pause')
      return 204
    }),
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/unpause$/,
    asked => {
      const container = containerOf(asked)
      if (container.state !== 'paused') refuse(500, `Container ${container.id} is not paused`)
      container.state = 'running'
      container.tell('unpause')
      return 204
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/rename$/,
    asked => {
      asked.world.containers.rename(containerOf(asked), asked.query.get('name') ?? '')
      return 204
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/update$/,
    asked => {
      Object.assign(containerOf(asked).parts.host, json<object>(asked))
      return { Warnings: [] }
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/wait$/,
    async asked => {
      await containerOf(asked).ended
      return { StatusCode: containerOf(asked).exitCode }
    },
  ],
  [
    'DELETE',
    /^\/containers\/([^/]+)$/,
    async asked => {
      const { query, world } = asked
      await world.containers.remove(containerOf(asked), { force: isSet(query, 'force'), volumes: isSet(query, 'v') })
      return 204
    },
  ],
  ['GET', /^\/containers\/([^/]+)\/changes$/, asked => changesOf(containerOf(asked))],
  [
    'GET',
    /^\/containers\/([^/]+)\/top$/,
    onRunning(({ processes }) => ({
      Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
      Processes: [...processes.values()].map(({ pid, args }) => [
        'root',
        String(pid),
        '1',
        '0',
        '00:00',
        '?',
        '00:00:00',
        args.join(' '),
      ]),
    })),
  ],
  ['GET', /^\/containers\/([^/]+)\/logs$/, asked => tellLogs(containerOf(asked), asked)],
  ['GET', /^\/containers\/([^/]+)\/stats$/, asked => tellStats(containerOf(asked), asked)],
  [
    'POST',
    /^\/containers\/([^/]+)\/resize$/,
    onRunning((container, { query }) => {
      Object.assign(container.terminal, sizeOf(query))
      return 200
    }),
  ],
  [
    'GET',
    /^\/containers\/([^/]+)\/archive$/,
    async asked => {
      const { files } = containerOf(asked)
      const path = asked.query.get('path') ?? ''
      if (files.get(path, true) === undefined) refuse(404, `Could not find the file ${path} in container ${asked.name}`)
      return archiveOf(files, path)
    },
  ],
  [
    'PUT',
    /^\/containers\/([^/]+)\/archive$/,
    async asked => {
      const { files } = containerOf(asked)
      const path = asked.query.get('path') ?? ''
      if (files.get(path)?.kind !== 'directory')
        refuse(404, `Could not find the file ${path} in container ${asked.name}`)
      await unpackInto(files, path, asked.body)
      return 200
    },
  ],
  ['GET', /^\/containers\/([^/]+)\/export$/, asked => archiveOf(containerOf(asked).files, '/')],
  [
    'POST',
    /^\/containers\/([^/]+)\/exec$/,
    asked => {
      response201(asked)
      return { Id: asked.world.execs.create(containerOf(asked), json(asked)) }
    },
  ],
  [
    'POST',
    /^\/exec\/([^/]+)\/start$/,
    async ({ world, name, response }) => {
      await world.execs.startInto(name, response)
      return undefined
    },
  ],
  [
    'POST',
    /^\/exec\/([^/]+)\/resize$/,
    ({ world, name, query }) => {
      Object.assign(world.execs.find(name).terminal, sizeOf(query))
      return 200
    },
  ],
  [
    'GET',
    /^\/exec\/([^/]+)\/json$/,
    ({ world, name }) => {
      const { id, isRunning, exitCode } = world.execs.find(name)
      return { ID: id, Running: isRunning, ExitCode: exitCode }
    },
  ],
  ['POST', /^\/commit$/, commit],
]

function response201({ response }: Asked): void {
  response.statusCode = 201
}

function sizeOf(query: URLSearchParams) {
  return { columns: Number(query.get('w')), rows: Number(query.get('h')) }
}

async function commit(asked: Asked): Promise<Answer> {
  const { world, query } = asked
  const container = world.containers.find(query.get('container') ?? '')
  const { image, config } = container.parts
  const pauses = container.state === 'running' && query.get('pause') !== '0'
  if (pauses) container.tell('pause')
  const made = await world.images.commit({
    ...{
      base: image,
      files: new Map(container.root),
      config: { ...merged(json<Config>(asked), config), Hostname: '' },
    },
    ...{ comment: query.get('comment') ?? '', command: (config.Cmd ?? []).join(' ') },
  })
  container.tell('commit', { imageID: made.id, comment: query.get('comment') ?? '' })
  if (pauses) container.tell('unpause')
  return { Id: made.id }
}

const images: typeof general = [
  [
    'GET',
    /^\/images\/json$/,
    asked => {
      const { world, query } = asked
      const isBelow = (id: string) => world.images.tagsOf(id).length === 0 && world.images.childrenOf(id).length > 0
      return labelled(asked, world.images.all.values(), ({ config }) => config.Labels ?? {})
        .filter(({ id }) => isSet(query, 'all') || !isBelow(id))
        .map(image => listedImage(image, world.images))
    },
  ],
  [
    'POST',
    /^\/images\/create$/,
    async ({ world, query, body }) => {
      if (!query.has('fromSrc')) return lines({ error: pullError(query.get('fromImage') ?? '') })
      const { id } = await world.images.import(body, query.get('repo') ?? '', query.getAll('changes'))
      return lines({ status: id })
    },
  ],
  [
    'POST',
    /^\/images\/load$/,
    async ({ world, body }) => {
      try {
        return lines(...(await world.images.load(body)).map(name => ({ stream: `${name}\n` })))
      } catch (error) {
        return lines({ error: String((error as Error).message) })
      }
    },
  ],
  [
    'GET',
    /^\/images\/get$/,
    ({ world, query }) => world.images.save(query.getAll('names').map(name => saved(world, name))),
  ],
  ['GET', /^\/images\/(.+)\/get$/, ({ world, name }) => world.images.save([saved(world, name)])],
  ['GET', /^\/images\/(.+)\/json$/, ({ world, name }) => inspectedImage(world.images.find(name), world.images)],
  ['GET', /^\/images\/(.+)\/history$/, ({ world, name }) => historyOf(world.images.find(name), world.images)],
  [
    'POST',
    /^\/images\/(.+)\/tag$/,
    ({ world, name, query }) => {
      world.images.tag(world.images.find(name).id, `${query.get('repo')}:${query.get('tag') || 'latest'}`)
      return 201
    },
  ],
  [
    'DELETE',
    /^\/images\/(.+)$/,
    ({ world, name, query }) => removeImage(world, name, { force: isSet(query, 'force') }),
  ],
]

function saved(world: World, name: string) {
  const { id } = world.images.find(name)
  return { id, tag: world.images.tags.has(name) ? name : null }
}

function pullError(name: string): string {
  const [host = ''] = name.split('/')
  return `failed to resolve reference "${name}": failed to do request: Head "https://${host}/v2/": dial tcp ${host}: connect: connection refused`
}

const surroundings: typeof general = [
  ['GET', /^\/networks$/, asked => labelled(asked, listedNetworks(asked.world.networks), ({ Labels }) => Labels)],
  [
    'GET',
    /^\/networks\/([^/]+)$/,
    ({ world, name }) => {
      const { id } = world.networks.find(name)
      return listedNetworks(world.networks).find(({ Id }) => Id === id)
    },
  ],
  [
    'POST',
    /^\/networks\/create$/,
    asked => {
      const {
        Name,
        Driver = 'bridge',
        Labels = {},
        Internal = false,
      } = json<{ Name: string; Driver?: string; Labels?: Record<string, string>; Internal?: boolean }>(asked)
      return {
        Id: asked.world.networks.create(Name, { driver: Driver, labels: Labels, isInternal: Internal }).id,
        Warning: '',
      }
    },
  ],
  [
    'POST',
    /^\/networks\/([^/]+)\/connect$/,
    asked => {
      const { Container: id, EndpointConfig } = json<{ Container: string; EndpointConfig?: { Aliases?: string[] } }>(
        asked,
      )
      asked.world.networks.find(asked.name)
      asked.world.networks.join(asked.world.containers.find(id), asked.name, EndpointConfig?.Aliases ?? [])
      return 200
    },
  ],
  [
    'POST',
    /^\/networks\/([^/]+)\/disconnect$/,
    asked => {
      const { Container: id } = json<{ Container: string }>(asked)
      asked.world.networks.find(asked.name)
      asked.world.networks.leave(asked.world.containers.find(id), asked.name)
      return 200
    },
  ],
  [
    'DELETE',
    /^\/networks\/([^/]+)$/,
    ({ world, name }) => {
      world.networks.remove(name)
      return 204
    },
  ],
  [
    'GET',
    /^\/volumes$/,
    asked => ({ Volumes: labelled(asked, listedVolumes(asked.world.volumes), ({ Labels }) => Labels), Warnings: null }),
  ],
  [
    'GET',
    /^\/volumes\/([^/]+)$/,
    ({ world, name }) => listedVolumes(world.volumes).find(volume => volume.Name === world.volumes.find(name).name),
  ],
  [
    'POST',
    /^\/volumes\/create$/,
    asked => {
      const { Name, Labels = {} } = json<{ Name: string; Labels?: Record<string, string> }>(asked)
      const { name } = asked.world.volumes.create(Name, Labels)
      return { Name: name, Driver: 'local' }
    },
  ],
  [
    'DELETE',
    /^\/volumes\/([^/]+)$/,
    ({ world, name }) => {
      world.volumes.remove(name)
      return 204
    },
  ],
]

export const routes = [...general, ...containers, ...images, ...surroundings]

function accept(socket: Duplex): void {
  socket.write(
    'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
  )
}

/** What is answered by the connection itself. */
export const upgrades: readonly (readonly [string, RegExp, (taken: Taken) => Promise<void>])[] = [
  [
    'POST',
    /^\/exec\/([^/]+)\/start$/,
    async ({ world, name, socket }) => {
      world.execs.find(name)
      accept(socket)
      await world.execs.startOver(name, socket)
    },
  ],
  [
    'POST',
    /^\/containers\/([^/]+)\/attach$/,
    async ({ world, name, socket }) => {
      const container = world.containers.find(name)
      if (!container.isRunning) refuse(409, `container ${name} is not running`)
      accept(socket)
      const hear = (bytes: Buffer) => void (socket.writable && socket.write(bytes))
      container.attached.add(hear)
      const typed = inputOf(socket, container.parts.config.Tty === true)
      const pump = async () => {
        for (;;) {
          const line = await typed.line(new AbortController().signal)
          if (line === null) return
          container.stdin.push(Buffer.from(`${line}\n`))
        }
      }
      await Promise.race([pump(), container.ended])
      container.attached.delete(hear)
      socket.end()
    },
  ],
]
