import type { ComposeFleet } from '../compose/compose.ts'
import type { Plan } from '../model/plan.ts'
import { bytesText } from './amounts.ts'
import { COMPOSE_LABEL_PREFIX } from './names.ts'

/*
 * Things of a Compose project that are on the engine before its file is imported: the project may have run there, and its
 * volumes hold what people have written. They are attached, never made anew.
 */

interface Use {
  readonly name: string
  readonly state: string
  readonly labels: ReadonlyMap<string, string>
  readonly volumes: readonly { readonly name: string }[]
}

export interface Existing {
  /** The container that a data service is attached to, by service. */
  readonly containers: ReadonlyMap<string, Pick<Use, 'name' | 'state'>>
  readonly volumes: readonly {
    readonly name: string
    readonly bytes: number | null
    readonly usedBy: readonly string[]
  }[]
}

export const nothingExisting: Existing = { containers: new Map(), volumes: [] }

/** The container of our name, or else the one that Compose made for the service in the project of this name. */
export function dataContainers(
  project: string,
  { dataServices }: Pick<ComposeFleet, 'dataServices'>,
  uses: readonly Use[],
): Existing['containers'] {
  const found = dataServices.flatMap(({ name, container }): [string, Use][] => {
    const ours = uses.find(use => use.name === container)
    const composes = uses.filter(
      ({ labels }) =>
        labels.get(`${COMPOSE_LABEL_PREFIX}project`) === project &&
        labels.get(`${COMPOSE_LABEL_PREFIX}service`) === name,
    )
    const use = ours ?? composes.find(({ state }) => state === 'running') ?? composes[0]
    return use === undefined ? [] : [[name, use]]
  })
  return new Map(found)
}

/** The names of all volumes with a name that the services of a Compose file mount. */
export function volumesIn({ services, dataServices }: Pick<ComposeFleet, 'services' | 'dataServices'>): string[] {
  const mounts = [...services, ...dataServices].flatMap(({ run }) => run.mounts)
  const names = mounts.flatMap(({ kind, source }) => (kind === 'volume' && source !== '' ? [source] : []))
  return [...new Set(names)]
}

export function existingSteps({ containers, volumes }: Existing): Plan['steps'] {
  return [
    ...[...containers].map(([service, { name, state }]) => ({
      action: 'attach' as const,
      what: `the container ${name}`,
      detail: `is there already (${state}): it stays as it is, and is the data service ${service}`,
    })),
    ...volumes.map(({ name, bytes }) => ({
      action: 'attach' as const,
      what: `the volume ${name}`,
      detail: `is there already${bytes === null ? '' : `, ${bytesText(bytes)}`}: attached with what is in it`,
    })),
  ]
}

/** Containers that go on using a volume beside the fleet's own. */
export function existingWarnings({ containers, volumes }: Existing): string[] {
  const attached = new Set([...containers.values()].map(({ name }) => name))
  return volumes.flatMap(({ name, usedBy }) =>
    usedBy
      .filter(user => !attached.has(user))
      .map(
        user =>
          `${user} uses the volume ${name} too: stop it before the fleet is launched, if only one may write to it`,
      ),
  )
}
