import type { Version } from '../model/ids.ts'
import type { Plan } from '../model/plan.ts'
import type { Route } from '../model/route.ts'
import { commandText } from './commands.ts'
import { count } from './count.ts'

/* Plans of operations that follow from what is recorded, with no question to the engine. */

const empty: Plan = { summary: '', steps: [], warnings: [], commands: [], choices: [], leftOut: [] }

export interface StopFacts {
  readonly version: Version
  readonly containers: readonly { readonly name: string; readonly service: string }[]
}

export function planOfStop(fleet: string, { version, containers }: StopFacts): Plan {
  return {
    ...empty,
    summary: `Stop ${fleet} ${version}: ${count(containers.length, 'container')}`,
    steps: [
      ...containers.map(({ name, service }) => ({ action: 'stop' as const, what: name, detail: service })),
      { action: 'keep', what: `the snapshot ${version}`, detail: 'It can be launched again' },
    ],
    commands: [commandText(['docker', 'stop', ...containers.map(({ name }) => name)])],
  }
}

export function planOfRouteRemoval({ hostname, port, service }: Pick<Route, 'hostname' | 'port' | 'service'>): Plan {
  return {
    ...empty,
    summary: `http://${hostname}:${port} answers no more`,
    steps: [
      { action: 'remove', what: `${hostname}:${port}`, detail: `It leads to ${service}` },
      { action: 'keep', what: 'every container', detail: 'Nothing is stopped' },
    ],
  }
}

export interface RestoreFacts {
  readonly name: string
  readonly versions: readonly string[]
  /** The version that was live when the fleet was removed. */
  readonly live: string | null
}

export function planOfRestore({ name, versions, live }: RestoreFacts): Plan {
  return {
    ...empty,
    summary: `Bring back ${name} with ${count(versions.length, 'version')}`,
    steps: [
      { action: 'create', what: 'its snapshots and routes', detail: versions.join(', ') },
      ...(live === null
        ? []
        : [
            { action: 'start' as const, what: live, detail: 'Launched from its snapshot, checked, and put live again' },
          ]),
    ],
  }
}
