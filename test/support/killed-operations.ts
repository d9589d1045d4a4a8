import type { FleetWorld } from './fleet-world.ts'
import { importStoreImage, runGoing } from './going-container.ts'
import type { KilledOperation, OtherEngine } from './kill-campaign.ts'

const compose = `
services:
  web:
    image: flotilla/sample/web:1
    ports: ["3000"]
`

const hasSet = async ({ api, name }: FleetWorld, version: string) =>
  (await api().call('set.list', { fleet: name })).some(set => set.version === version)
const hasFleet = async ({ api }: FleetWorld, name: string) =>
  (await api().call('fleet.list', {})).some(fleet => fleet.name === name)

async function withSet(world: FleetWorld): Promise<void> {
  await withFleet(world)
  if (!(await hasSet(world, 'v2'))) await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
}

async function withoutSet(world: FleetWorld): Promise<void> {
  await withFleet(world)
  if (await hasSet(world, 'v2')) await world.api().call('set.remove', { fleet: world.name, version: 'v2' })
}

/** The fleet is there, and its v1 is live. */
async function withFleet(world: FleetWorld): Promise<void> {
  const { api, name } = world
  if (!(await hasFleet(world, name))) await api().call('fleet.restore', { fleet: name })
  const [fleet] = (await api().call('fleet.list', {})).filter(one => one.name === name)
  if (fleet?.live === 'v1') return
  if (!(await hasSet(world, 'v1'))) await api().call('set.launch', { fleet: name, version: 'v1' })
  await api().call('route.switch', { fleet: name, version: 'v1' })
}

/** Beside the live set two newer ones; only the newest waits to go live. */
async function withSuperfluousSets(world: FleetWorld): Promise<void> {
  await withFleet(world)
  await world.api().call('app.settings', { keepWarm: 0 })
  for (let made = 0; made < 2; made += 1) {
    await editPage(world)
    const { snapshot } = await world.api().call('snapshot.take', { fleet: world.name })
    await world.api().call('set.launch', { fleet: world.name, version: snapshot.version })
  }
}

let edits = 2

async function editPage(world: FleetWorld): Promise<void> {
  edits += 1
  await world.edit(`${world.name}-1-web-1`, `v${edits}`)
}

async function withoutImport(world: FleetWorld): Promise<void> {
  const name = importName(world)
  if (await hasFleet(world, name)) await world.api().call('fleet.remove', { fleet: name, images: true })
}

const importName = ({ name }: FleetWorld) => `${name}-i`

const copyOf = ({ name }: FleetWorld) => ({ fleet: `${name}-k`, container: `${name}-kept-db` })

/** A container with `--rm` that holds rows in its volume and in its own files, and no fleet that has adopted it. */
async function withGoing(world: FleetWorld): Promise<void> {
  const { fleet, container } = copyOf(world)
  if (await hasFleet(world, fleet)) await world.api().call('fleet.remove', { fleet, images: true })
  await world.engine.removeContainer(container, true, { volumes: true })
  await importStoreImage(world)
  await runGoing(world, container)
  await world.engine.exec(container, ['sh', '-c', 'echo rows > /data/rows; echo rows > /etc/rows'])
}

/** The rows have to be there, in a container that runs: the old one or its copy. */
async function lostRows(world: FleetWorld): Promise<string[]> {
  const { container } = copyOf(world)
  const read = () => world.engine.exec(container, ['cat', '/data/rows', '/etc/rows'])
  const rows = await read().catch(error => ({ output: String(error) }))
  return rows.output.trim().split(/\s+/).join() === 'rows,rows' ? [] : [`rows of ${container}: ${rows.output}`]
}

const farCopy = ({ name }: FleetWorld) => `${name}-far`

/** A copy of the fleet's v1 to another engine, whose steps are all there. */
export function killedCopy(other: OtherEngine): KilledOperation {
  return {
    name: 'copy to another engine',
    outcomes: ['interrupted'],
    async prepare(world) {
      await withFleet(world)
      if (await hasFleet(world, farCopy(world)))
        await world.api().call('fleet.remove', { fleet: farCopy(world), images: true })
    },
    act: (api, world) =>
      api.call('fleet.copy', { fleet: world.name, version: 'v1', endpoint: other.endpoint, name: farCopy(world) }),
    other,
  }
}

/** Of a world with a fleet that has v1 live and a v2. */
export const killedOperations: readonly KilledOperation[] = [
  {
    name: 'set launch',
    outcomes: ['interrupted'],
    prepare: withoutSet,
    act: (api, { name }) => api.call('set.launch', { fleet: name, version: 'v2' }),
  },
  {
    name: 'set stop',
    outcomes: ['interrupted'],
    prepare: withSet,
    act: (api, { name }) => api.call('set.stop', { fleet: name, version: 'v2' }),
  },
  {
    name: 'set remove',
    outcomes: ['done'],
    prepare: withSet,
    act: (api, { name }) => api.call('set.remove', { fleet: name, version: 'v2' }),
  },
  {
    name: 'heal',
    outcomes: ['interrupted', 'done'],
    prepare: withFleet,
    act: (api, { name }) => api.call('set.heal', { fleet: name, container: `${name}-1-web-1` }),
  },
  {
    name: 'adopt with a copy',
    outcomes: ['interrupted', 'done'],
    prepare: withGoing,
    act: (api, world) =>
      api.call('fleet.adopt', {
        name: copyOf(world).fleet,
        services: [{ name: 'web', containers: [`${world.name}-src-web`] }],
        dataServices: [{ name: 'db', container: copyOf(world).container }],
        keepCopies: true,
      }),
    lost: lostRows,
  },
  {
    name: 'snapshot',
    outcomes: ['interrupted'],
    async prepare(world) {
      await withFleet(world)
      await editPage(world)
    },
    act: (api, { name }) => api.call('snapshot.take', { fleet: name }),
  },
  {
    name: 'import',
    outcomes: ['interrupted'],
    prepare: withoutImport,
    act: (api, world) => api.call('fleet.import', { name: importName(world), yaml: compose }),
  },
  {
    name: 'purge',
    outcomes: ['done'],
    async prepare(world) {
      if (!(await hasFleet(world, importName(world))))
        await world.api().call('fleet.import', { name: importName(world), yaml: compose })
      await world.api().call('fleet.remove', { fleet: importName(world) })
    },
    act: (api, world) => api.call('trash.empty', { fleet: importName(world) }),
  },
  {
    name: 'fleet remove',
    outcomes: ['done'],
    prepare: withFleet,
    act: (api, { name }) => api.call('fleet.remove', { fleet: name }),
  },
  {
    name: 'fleet restore',
    outcomes: ['done', 'interrupted'],
    async prepare(world) {
      await withFleet(world)
      await world.api().call('fleet.remove', { fleet: world.name })
    },
    act: (api, { name }) => api.call('fleet.restore', { fleet: name }),
  },
  {
    name: 'sweep',
    outcomes: ['done'],
    prepare: withSuperfluousSets,
    act: (api, { name }) => api.call('sweep.run', { fleet: name }),
  },
]
