import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Api, connect } from '../../../shared/connect.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import type { Engine } from '../../engine/engine.ts'
import { openEngine } from '../../engine/open-engine.ts'
import { homeIdOf } from '../../store/home-identity.ts'
import { attach } from '../background.ts'
import type { Environment } from '../home.ts'
import { removePrivateEngine } from './private-engine.ts'
import { say } from './tool.ts'

const CONNECT_MS = 15_000
const WINDOW_MS = 10_000

/**
 * Takes away all that this home made: what runs, what it labelled as its own in the engine, its private engine, and its
 * state. Other homes' things, and other people's, are not touched.
 */
export async function removeEverything(home: string, environment: Environment): Promise<void> {
  if (!existsSync(home)) {
    say(`There is nothing at ${home}`)
    return
  }
  await refuseOtherFolder(home)
  const isPrivate = existsSync(join(home, 'engine'))
  await removeFleetsAndStop(home, environment, isPrivate ? 'stop only' : 'fleets too')
  if (isPrivate) await removePrivateEngine(home)
  else await removeFromEngine(home, homeIdOf(home), environment)
  await rm(home, { recursive: true, force: true })
  say(`Removed ${home}`)
}

/** FLOTILLA_HOME may be wrong, and this removes a folder. */
async function refuseOtherFolder(home: string): Promise<void> {
  const ours = ['lock', 'journal', 'journal.log', 'serve.log', 'engine', 'settings.json']
  const names = await readdir(home)
  if (names.length === 0 || names.some(name => ours.includes(name))) return
  fail('refused', `${home} does not look like a home of Flotilla`, { hint: 'Look at it, and remove it by hand' })
}

/**
 * The app that runs, else one that is started for it: only an app can end its proxy, and only its journal knows the tags
 * that it gave to images that are not its own.
 */
async function removeFleetsAndStop(
  home: string,
  environment: Environment,
  fleets: 'fleets too' | 'stop only',
): Promise<void> {
  const api = connect(await attach({ home, by: 'cli', environment, onStart: () => {} }))
  const gone = new Promise<void>(done => api.onClose(done))
  const window = windowPid(home)
  if (fleets === 'fleets too') await removeFleets(api).catch(error => say(`Not removed: ${toFailure(error).message}`))
  await api.call('app.stop', { proxy: true }).catch(error => {
    // Its end may be faster than its answer.
    if (toFailure(error).code !== 'unreachable') throw error
  })
  await gone
  if (window !== undefined) await ended(window)
  say('Stopped the app and its proxy')
}

/** The process of the window that is open on this home, which Chromium names in a link: `machine-pid`. */
function windowPid(home: string): number | undefined {
  const link = join(home, 'electron', 'SingletonLock')
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return undefined
  return Number(readlinkSync(link).split('-').at(-1)) || undefined
}

/** A window that was joined to the app ends with it, and writes to the home until it has. */
async function ended(pid: number): Promise<void> {
  for (const deadline = Date.now() + WINDOW_MS; existsSync(`/proc/${pid}`) && Date.now() < deadline; ) await pause(50)
}

async function removeFleets(api: Api): Promise<void> {
  for (const { name } of await api.call('fleet.list', {})) {
    await api.call('fleet.remove', { fleet: name, images: true })
    say(`Removed the fleet ${name}`)
  }
}

async function removeFromEngine(home: string, homeId: string, environment: Environment): Promise<void> {
  const engine = openEngine({ endpoint: undefined, home, environment, log: () => {} })
  try {
    if (!(await isConnected(engine))) {
      say('No engine answers: what there is in it stays')
      return
    }
    await removeLabelled(engine, homeId)
  } finally {
    engine.close()
  }
}

async function removeLabelled(engine: Engine, homeId: string): Promise<void> {
  const labels = [`${LABEL.home}=${homeId}`]
  const containers = await engine.listContainers({ labels, all: true })
  await Promise.all(containers.map(({ id }) => engine.removeContainer(id, true)))
  const networks = await engine.listNetworks({ labels })
  for (const { id } of networks) await engine.removeNetwork(id)
  const volumes = await engine.listVolumes({ labels })
  for (const { name } of volumes) await engine.removeVolume(name)
  const images = await engine.listImages({ labels })
  for (const { id, tags } of images) for (const name of tags.length > 0 ? tags : [id]) await engine.removeImage(name)
  await removeSampleImages(engine)
  const counts = [containers, networks, volumes, images].map(list => list.length)
  say(`Removed ${counts[0]} containers, ${counts[1]} networks, ${counts[2]} volumes, ${counts[3]} images`)
}

/** The sample's images belong to no home: they go with the last one. */
async function removeSampleImages(engine: Engine): Promise<void> {
  const others = await engine.listContainers({ labels: [LABEL.home], all: true })
  if (others.length > 0) return
  const images = await engine.listImages({ labels: [`${LABEL.role}=sample`] })
  for (const { tags } of images) for (const tag of tags) await engine.removeImage(tag)
}

function isConnected(engine: Engine): Promise<boolean> {
  return new Promise(done => {
    const timer = setTimeout(() => done(false), CONNECT_MS)
    engine.onState(({ state }) => {
      if (state === 'connecting') return
      clearTimeout(timer)
      done(state === 'connected')
    })
  })
}
