import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { Container, type HostConfig, type MountPoint } from './container.ts'
import { emptyFiles, type Files, FileView } from './files.ts'
import { type Config, merged } from './image-config.ts'
import type { Image, ImageStore } from './images.ts'
import type { Networks } from './networks.ts'
import { refuse, type Tell } from './refusal.ts'
import type { Volumes } from './volumes.ts'

interface MountBody {
  readonly Type: 'volume' | 'bind' | 'tmpfs'
  readonly Source?: string
  readonly Target: string
  readonly ReadOnly?: boolean
}

export interface CreateBody extends Config {
  readonly HostConfig?: HostConfig & {
    readonly Mounts?: readonly MountBody[]
    readonly Binds?: readonly string[]
    readonly NetworkMode?: string
    readonly Tmpfs?: Readonly<Record<string, string>>
  }
  readonly NetworkingConfig?: {
    readonly EndpointsConfig?: Readonly<Record<string, { readonly Aliases?: readonly string[] }>>
  }
}

interface Around {
  readonly images: ImageStore
  readonly volumes: Volumes
  readonly networks: Networks
  readonly tell: Tell
}

/** The containers of the daemon by id. */
export class Containers {
  readonly all = new Map<string, Container>()
  readonly #around: Around

  constructor(around: Around) {
    this.#around = around
  }

  find(reference: string): Container {
    const name = reference.replace(/^\//, '')
    const found =
      this.all.get(reference) ??
      [...this.all.values()].find(({ parts }) => parts.name === name) ??
      [...this.all.values()].find(({ id }) => name.length >= 3 && id.startsWith(name))
    return found ?? refuse(404, `No such container: ${reference}`)
  }

  create(name: string, { HostConfig: host = {}, NetworkingConfig: networking, ...said }: CreateBody): Container {
    const { images, networks, tell } = this.#around
    const image = images.find(said.Image ?? '')
    this.#refuseTaken(name)
    const id = randomBytes(32).toString('hex')
    const config = merged(said, image.config)
    if (config.Entrypoint?.length === 1 && config.Entrypoint[0] === '') config.Entrypoint = null
    if (!config.Cmd?.length && !config.Entrypoint?.length) refuse(400, 'no command specified')
    config.Hostname = said.Hostname || id.slice(0, 12)
    const container = new Container({
      ...{ id, name, image, config, tell },
      host: { ShmSize: 67_108_864, ...host },
      mounts: this.#mounts(host, config, image),
      lookUp: (from, asked) => this.#lookUp(from, asked),
      removed: one => this.#forget(one, true),
    })
    const [network = 'bridge'] = [host.NetworkMode].filter(mode => mode !== undefined && mode !== 'default')
    const aliases = networking?.EndpointsConfig?.[network]?.Aliases ?? []
    if (network !== 'none' && network !== 'host') networks.join(container, network, aliases)
    this.all.set(id, container)
    container.tell('create')
    return container
  }

  rename(container: Container, name: string): void {
    this.#refuseTaken(name)
    const oldName = `/${container.parts.name}`
    container.parts.name = name
    container.tell('rename', { oldName })
  }

  async remove(
    container: Container,
    { force, volumes }: { readonly force: boolean; readonly volumes: boolean },
  ): Promise<void> {
    if (container.isRunning && !force)
      refuse(
        409,
        `cannot remove container "/${container.parts.name}": container is running: stop the container before removing or force remove`,
      )
    if (container.isRunning) await container.kill()
    else await container.stop(0)
    this.#forget(container, volumes)
  }

  #forget(container: Container, volumes: boolean): void {
    if (!this.all.delete(container.id)) return
    container.networks.clear()
    for (const { name, kind, isAnonymous } of container.parts.mounts)
      if (volumes && kind === 'volume' && isAnonymous) this.#around.volumes.remove(name)
    container.tell('destroy')
  }

  #refuseTaken(name: string): void {
    const holder = [...this.all.values()].find(({ parts }) => parts.name === name)
    if (holder !== undefined)
      refuse(
        409,
        `Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      )
  }

  #lookUp(from: Container, name: string): readonly Container[] {
    return [...this.all.values()].filter(
      one =>
        one.isRunning &&
        [...one.networks.values()].some(
          joined =>
            (from.networks.has(joined.network) &&
              joined.network !== 'bridge' &&
              (one.parts.name === name || joined.aliases.includes(name) || one.hostname === name)) ||
            joined.address === name,
        ),
    )
  }

  #mounts(host: NonNullable<CreateBody['HostConfig']>, config: Config, image: Image): MountPoint[] {
    const binds = (host.Binds ?? []).map((bind): MountBody => {
      const [source = '', target = '', mode = ''] = bind.split(':')
      return {
        Type: source.startsWith('/') ? 'bind' : 'volume',
        Source: source,
        Target: target,
        ReadOnly: mode.includes('ro'),
      }
    })
    const said = [...(host.Mounts ?? []), ...binds]
    const targets = new Set(said.map(mount => mount.Target))
    const own = Object.keys(config.Volumes ?? {}).filter(target => !targets.has(target))
    return [...said, ...own.map((Target): MountBody => ({ Type: 'volume', Target }))].map(mount =>
      this.#mount(mount, image),
    )
  }

  #mount({ Type: kind, Source: source = '', Target: target, ReadOnly = false }: MountBody, image: Image): MountPoint {
    const shared = { kind, target, isReadOnly: ReadOnly }
    if (kind === 'tmpfs') return { ...shared, name: '', source: '', isAnonymous: true, files: emptyFiles() }
    if (kind === 'bind') {
      if (!existsSync(source))
        refuse(400, `invalid mount config for type "bind": bind source path does not exist: ${source}`)
      return { ...shared, name: '', source, isAnonymous: false, files: this.#around.volumes.bound(source) }
    }
    const volume = this.#around.volumes.create(source || randomBytes(32).toString('hex'), {})
    fill(volume.files, image.files, target)
    return { ...shared, name: volume.name, source: volume.mountpoint, isAnonymous: source === '', files: volume.files }
  }
}

/** An empty volume takes what the image has at its place. */
function fill(files: Files, image: Files, target: string): void {
  const view = new FileView(image)
  if (files.size > 1 || view.get(target)?.kind !== 'directory') return
  for (const [path, one] of view.walk(target)) files.set(posix.join('/', posix.relative(target, path)), one)
}
