import { hostname, release } from 'node:os'
import type { Duplex } from 'node:stream'
import { diskUse, listedNetworks, listedVolumes } from './answers.ts'
import { containerRoutes } from './container-routes.ts'
import type { World } from './daemon.ts'
import { inputOf } from './execs.ts'
import { imageRoutes } from './image-routes.ts'
import { refuse } from './refusal.ts'
import { json, labelled, type Routes } from './route.ts'

interface Taken {
  readonly world: World
  readonly name: string
  readonly query: URLSearchParams
  readonly socket: Duplex
  readonly rest: Buffer
}

const general: Routes = [
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

const surroundings: Routes = [
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

export const routes = [...general, ...containerRoutes, ...imageRoutes, ...surroundings]

function accept(socket: Duplex): void {
  socket.write(
    'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
  )
}

/** Requests that are answered by the connection itself. */
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
