import { changesOf, inspected, listed } from './answers.ts'
import type { CreateBody } from './containers.ts'
import { type Config, merged } from './image-config.ts'
import { archiveOf, unpackInto } from './layers.ts'
import { tellLogs, tellStats } from './live-answers.ts'
import { refuse } from './refusal.ts'
import { type Answer, type Call, containerOf, isSet, json, labelled, onRunning, type Routes } from './route.ts'

export const containerRoutes: Routes = [
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

function response201({ response }: Call): void {
  response.statusCode = 201
}

function sizeOf(query: URLSearchParams) {
  return { columns: Number(query.get('w')), rows: Number(query.get('h')) }
}

async function commit(asked: Call): Promise<Answer> {
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
