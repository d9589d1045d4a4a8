import type { Container } from './container.ts'
import type { Image, ImageStore } from './images.ts'
import { changesBetween } from './layers.ts'
import type { Networks } from './networks.ts'
import type { Volumes } from './volumes.ts'

/* How the Engine API tells what there is. */

const kinds = { changed: 0, added: 1, deleted: 2 } as const

function networksOf(container: Container, networks: Networks) {
  return Object.fromEntries(
    [...container.networks.values()].map(({ network, address, aliases }) => [
      network,
      {
        NetworkID: [...networks.all.values()].find(({ name }) => name === network)?.id ?? '',
        IPAddress: container.isRunning ? address : '',
        IPPrefixLen: 24,
        Aliases: aliases.length > 0 ? aliases : null,
      },
    ]),
  )
}

function mountsOf(container: Container) {
  return container.parts.mounts.map(({ kind, name, source, target, isReadOnly }) => ({
    ...{ Type: kind, Source: source, Destination: target, Mode: '', RW: !isReadOnly, Propagation: '' },
    ...(kind === 'volume' && { Name: name, Driver: 'local' }),
  }))
}

export function inspected(container: Container, networks: Networks) {
  const { name, image, config, host } = container.parts
  const { state, exitCode, error, startedAt, finishedAt, health } = container
  const ports = Object.keys({ ...config.ExposedPorts, ...host.PortBindings })
  return {
    ...{
      Id: container.id,
      Created: container.created,
      Name: `/${name}`,
      Image: image.id,
      RestartCount: container.restarts,
    },
    State: {
      ...{ Status: state, Running: container.isRunning, Paused: state === 'paused', OOMKilled: false, Dead: false },
      ...{
        ExitCode: exitCode,
        Error: error,
        StartedAt: startedAt,
        FinishedAt: finishedAt,
        Pid: container.isRunning ? 1 : 0,
      },
      ...(health !== null && { Health: { Status: health.status, FailingStreak: health.failures, Log: health.log } }),
    },
    ...{ Driver: 'overlay2', Platform: 'linux', Config: config, HostConfig: host, Mounts: mountsOf(container) },
    NetworkSettings: {
      Ports: container.isRunning
        ? Object.fromEntries(ports.map(port => [port, container.published.get(port) ?? null]))
        : {},
      Networks: networksOf(container, networks),
    },
  }
}

export function listed(container: Container, { networks, images }: { networks: Networks; images: ImageStore }) {
  const { name, image, config } = container.parts
  const ports = Object.keys({ ...config.ExposedPorts, ...container.parts.host.PortBindings }).flatMap(key => {
    const [PrivatePort, Type] = [Number.parseInt(key, 10), key.split('/')[1] ?? 'tcp']
    const bindings = container.published.get(key) ?? []
    if (bindings.length === 0) return [{ PrivatePort, Type }]
    return bindings.map(({ HostIp, HostPort }) => ({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type }))
  })
  const { Image: said = '' } = config
  return {
    ...{ Id: container.id, Names: [`/${name}`], ImageID: image.id, Labels: config.Labels ?? {} },
    Image: said.startsWith('sha256:') ? (images.tagsOf(image.id)[0] ?? said) : said,
    Command: [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(' '),
    ...{
      Created: Math.floor(Date.parse(container.created) / 1000),
      State: container.state,
      Status: statusOf(container),
    },
    Ports: container.isRunning ? ports : [],
    Mounts: mountsOf(container),
    NetworkSettings: { Networks: networksOf(container, networks) },
  }
}

function statusOf({ state, health, exitCode }: Container): string {
  if (state === 'created') return 'Created'
  if (state === 'exited') return `Exited (${exitCode}) 1 second ago`
  if (state === 'paused') return 'Up 1 second (Paused)'
  if (health === null) return 'Up 1 second'
  return `Up 1 second (${health.status === 'starting' ? 'health: starting' : health.status})`
}

/** The files that the container wrote, none of them below a mount. */
export function changesOf(container: Container) {
  return changesBetween(container.parts.image.files, container.root).map(({ path, kind }) => ({
    Path: path,
    Kind: kinds[kind],
  }))
}

export function inspectedImage(image: Image, images: ImageStore) {
  return {
    ...{
      Id: image.id,
      RepoTags: images.tagsOf(image.id),
      RepoDigests: [],
      Parent: image.parent,
      Comment: image.comment,
    },
    ...{ Created: image.created, Architecture: 'amd64', Os: 'linux', Size: images.sizeOf(image), Config: image.config },
    ...{ GraphDriver: { Name: 'overlay2', Data: null }, RootFS: { Type: 'layers', Layers: image.layers } },
  }
}

export function listedImage(image: Image, images: ImageStore) {
  return {
    ...{ Id: image.id, ParentId: image.parent, RepoTags: images.tagsOf(image.id), RepoDigests: [] },
    ...{ Created: Math.floor(Date.parse(image.created || '1970') / 1000), Labels: image.config.Labels ?? null },
    ...{ Size: images.sizeOf(image), SharedSize: -1, Containers: -1 },
  }
}

/** The newest step first; only that has an id. */
export function historyOf(image: Image, images: ImageStore) {
  const steps: Image['history'] = image.history.length > 0 ? image.history : image.layers.map(() => ({}))
  let layer = 0
  const told = steps.map(step => ({
    ...{
      Id: '<missing>',
      Tags: null as string[] | null,
      Created: Math.floor(Date.parse(step.created ?? image.created) / 1000) || 0,
    },
    ...{ CreatedBy: step.created_by ?? '', Comment: step.comment ?? '' },
    Size: step.empty_layer ? 0 : (images.layers.get(image.layers[layer++] ?? '')?.length ?? 0),
  }))
  const newest = told.at(-1)
  if (newest !== undefined) Object.assign(newest, { Id: image.id, Tags: images.tagsOf(image.id) })
  return told.reverse()
}

export function listedNetworks(networks: Networks) {
  return [...networks.all.values()].map(network => ({
    ...{ Name: network.name, Id: network.id, Created: network.created, Scope: 'local', Driver: network.driver },
    ...{ Internal: network.isInternal, Labels: network.labels },
    IPAM: {
      Driver: 'default',
      Config: network.driver === 'bridge' ? [{ Subnet: `${network.subnet}.0/24`, Gateway: `${network.subnet}.1` }] : [],
    },
    Containers: Object.fromEntries(networks.usersOf(network.name).map(({ id, parts }) => [id, { Name: parts.name }])),
  }))
}

export function listedVolumes(volumes: Volumes) {
  return [...volumes.all.values()].map(({ name, labels, created, mountpoint }) => ({
    ...{
      Name: name,
      Driver: 'local',
      Mountpoint: mountpoint,
      CreatedAt: created,
      Labels: labels,
      Scope: 'local',
      Options: null,
    },
  }))
}

export function diskUse(images: ImageStore, volumes: Volumes, containers: Iterable<Container>) {
  const written = (container: Container) =>
    changesBetween(container.parts.image.files, container.root).reduce(
      (sum, { path }) => sum + (container.root.get(path)?.content.length ?? 0),
      0,
    )
  return {
    LayersSize: [...images.layers.values()].reduce((sum, layer) => sum + layer.length, 0),
    Images: [...images.all.values()].map(image => ({
      ...listedImage(image, images),
      SharedSize: sharedSize(image, images),
    })),
    Containers: [...containers].map(container => ({ Id: container.id, SizeRw: written(container) })),
    Volumes: listedVolumes(volumes).map(volume => ({
      ...volume,
      UsageData: {
        RefCount: volumes.usersOf(volume.Name).length,
        Size: [...(volumes.all.get(volume.Name)?.files.values() ?? [])].reduce(
          (sum, one) => sum + one.content.length,
          0,
        ),
      },
    })),
    BuildCache: [],
  }
}

function sharedSize(image: Image, images: ImageStore): number {
  const others = new Set([...images.all.values()].filter(one => one !== image).flatMap(one => one.layers))
  return image.layers.reduce((sum, layer) => sum + (others.has(layer) ? (images.layers.get(layer)?.length ?? 0) : 0), 0)
}
