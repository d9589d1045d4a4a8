import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Api, connect } from '../../../shared/connect.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import { count } from '../../../shared/rules/count.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import type { Engine } from '../../engine/engine.ts'
import { openEngine } from '../../engine/open-engine.ts'
import { homeIdOf } from '../../store/home-identity.ts'
import { attach } from '../background.ts'
import type { Environment } from '../home.ts'
import { agreeToRemoval, type Consent } from './agree.ts'
import { foreignEntries, isHome, removeHomeFolder } from './home-folder.ts'
import { findHomeThings, type HomeThings, homeThingLines, removeHomeThings } from './home-things.ts'
import { removePrivateEngine } from './private-engine.ts'
import { say } from './tool.ts'

const CONNECT_MS = 15_000
const WINDOW_MS = 10_000

export interface CleanWish {
  /** The fleet of the demo: it alone goes where there are others. */
  readonly fleet: string
  /** Every fleet of the home. */
  readonly all: boolean
  readonly consent: Consent
}

/**
 * Takes away the demo: its fleet, and with it the home, the app and the private engine, where no other fleet is in that
 * home or all are to go. What goes is listed and asked for first. Other homes' things, and other people's, are not touched.
 */
export async function removeDemo(home: string, environment: Environment, wish: CleanWish): Promise<void> {
  if (!existsSync(home)) {
    say(`There is nothing at ${home}`)
    return
  }
  if (!isHome(home))
    fail('refused', `${home} is not a home of Flotilla`, { hint: 'Is FLOTILLA_HOME right? Nothing was removed' })
  const api = connect(await attach({ home, by: 'cli', environment, onStart: () => {} }))
  const engine = openEngine({ endpoint: privateAddress(home), home, environment, log: () => {} })
  try {
    const fleets = (await api.call('fleet.list', {})).map(({ name }) => name)
    const others = wish.all ? [] : fleets.filter(name => name !== wish.fleet)
    const isConnectedNow = await isConnected(engine)
    const scope = others.length === 0 ? null : wish.fleet
    const things = isConnectedNow ? await findHomeThings(engine, homeIdOf(home), scope) : null
    say(await listText(home, { things, fleets, others, fleet: wish.fleet }))
    await agreeToRemoval(wish.consent)
    if (scope === null) await removeEverything(home, api, engine)
    else await removeFleetOnly(home, api, { engine, fleet: scope, others })
  } finally {
    engine.close()
    api.close()
  }
}

interface Listing {
  readonly things: HomeThings | null
  readonly fleets: readonly string[]
  readonly others: readonly string[]
  readonly fleet: string
}

async function listText(home: string, { things, fleets, others, fleet }: Listing): Promise<string> {
  const going = fleets.filter(name => !others.includes(name))
  const foreign = await foreignEntries(home)
  const folder =
    others.length > 0
      ? `  kept        ${home}, with ${others.join(', ')} (--all removes them too)`
      : foreign.length > 0
        ? `  kept        ${home}, which also holds ${foreign.join(', ')}`
        : `  folder      ${home}`
  const isPrivate = others.length === 0 && privateAddress(home) !== undefined
  return [
    others.length > 0 && going.length === 0 ? `There is no fleet ${fleet} here` : 'This goes:',
    ...(going.length === 0 ? [] : [`  fleets      ${going.join(', ')}`]),
    ...(things === null ? ['  No engine answers: what there is in it stays'] : homeThingLines(things)),
    ...(isPrivate ? ['  engine      the private Docker Engine of this home, with all that is in it'] : []),
    folder,
  ].join('\n')
}

/** The address of the private engine, where the home has one. */
function privateAddress(home: string): string | undefined {
  const folder = join(home, 'engine')
  return existsSync(folder) ? `unix://${join(folder, 'docker.sock')}` : undefined
}

/** The app removes its fleets, since only its journal knows the tags that it gave to images that are not its own. */
async function removeFleetOnly(
  home: string,
  api: Api,
  { engine, fleet, others }: { readonly engine: Engine; readonly fleet: string; readonly others: readonly string[] },
): Promise<void> {
  await removeFleets(api, [fleet])
  await removeHomeThings(engine, await findHomeThings(engine, homeIdOf(home), fleet))
  say(`Kept ${others.join(', ')}`)
}

async function removeEverything(home: string, api: Api, engine: Engine): Promise<void> {
  const homeId = homeIdOf(home)
  const isPrivate = privateAddress(home) !== undefined
  if (!isPrivate) await removeFleets(api).catch(error => say(`Not removed: ${toFailure(error).message}`))
  await stopApp(home, api)
  if (isPrivate) await removePrivateEngine(home)
  else if (engine.state().state === 'connected') await removeLabelled(engine, homeId)
  const foreign = await removeHomeFolder(home)
  say(foreign.length === 0 ? `Removed ${home}` : `Kept ${home}, which also holds ${foreign.join(', ')}`)
}

/** Only an app can end its proxy. */
async function stopApp(home: string, api: Api): Promise<void> {
  const gone = new Promise<void>(done => api.onClose(done))
  const window = windowPid(home)
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

async function removeFleets(api: Api, wanted?: readonly string[]): Promise<void> {
  for (const { name } of await api.call('fleet.list', {})) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    await api.call('fleet.remove', { fleet: name, images: true, volumes: true })
    say(`Removed the fleet ${name}`)
  }
}

async function removeLabelled(engine: Engine, homeId: string): Promise<void> {
  const things = await findHomeThings(engine, homeId, null)
  await removeHomeThings(engine, things)
  await removeSampleImages(engine)
  say(
    `Removed ${count(things.containers.length, 'container')}, ${count(things.volumes.length, 'volume')}, ${count(things.images.length, 'image')}`,
  )
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
