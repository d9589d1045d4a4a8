import { bearsOwnName, dataContainerName, LABEL, parseImageTag, readerName } from '../../../shared/rules/names.ts'
import type { Engine } from '../../engine/engine.ts'

/** The things that a home, or one fleet of it, has made in an engine. */
export interface HomeThings {
  readonly containers: readonly { readonly id: string; readonly name: string }[]
  readonly networks: readonly { readonly id: string; readonly name: string }[]
  readonly volumes: readonly string[]
  /** Tags. */
  readonly images: readonly string[]
}

/**
 * By label, and by the name or tag that the labels were written for: an image hands its labels on to what other people
 * make from it. `fleet` null means all of the home.
 */
export async function findHomeThings(engine: Engine, homeId: string, fleet: string | null): Promise<HomeThings> {
  const labels = [`${LABEL.home}=${homeId}`, ...(fleet === null ? [] : [`${LABEL.fleet}=${fleet}`])]
  const [containers, networks, volumes, images] = await Promise.all([
    engine.listContainers({ labels, all: true }),
    engine.listNetworks({ labels }),
    engine.listVolumes({ labels }),
    engine.listImages({ labels }),
  ])
  return {
    containers: containers.filter(({ labels: own, name }) => isOwnContainer(own, name)),
    networks,
    volumes: volumes.map(({ name }) => name),
    images: images.flatMap(({ tags }) => tags.filter(tag => isOwnTag(tag, fleet))),
  }
}

function isOwnContainer(labels: ReadonlyMap<string, string>, name: string): boolean {
  const text = (label: string) => labels.get(label) ?? ''
  if (text(LABEL.role) === 'data') return name === dataContainerName(text(LABEL.fleet), text(LABEL.service))
  if (text(LABEL.role) === 'compare') return name === readerName(text(LABEL.operation))
  return bearsOwnName(labels, name)
}

function isOwnTag(tag: string, fleet: string | null): boolean {
  const own = parseImageTag(tag)
  return own !== null && (fleet === null || own.fleet === fleet)
}

export async function removeHomeThings(engine: Engine, things: HomeThings): Promise<void> {
  await Promise.all(things.containers.map(({ id }) => engine.removeContainer(id, true)))
  for (const { id } of things.networks) await engine.removeNetwork(id)
  for (const name of things.volumes) await engine.removeVolume(name)
  for (const tag of things.images) await engine.removeImage(tag)
}

/** The list that is shown before anything goes. */
export function homeThingLines({ containers, networks, volumes, images }: HomeThings): string[] {
  const line = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${what.padEnd(11)} ${[...names].sort().join(', ')}`]
  return [
    ...line(
      'containers',
      containers.map(({ name }) => name),
    ),
    ...line(
      'networks',
      networks.map(({ name }) => name),
    ),
    ...line('volumes', volumes),
    ...line('images', images),
  ]
}
