import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Failure, FailureError } from '../shared/failure.ts'
import { createListeners } from '../shared/listeners.ts'
import type { Log } from '../shared/log.ts'
import type { Name } from '../shared/model/ids.ts'
import type { Port } from '../shared/wire.ts'
import { handlersOf, type Served } from './api/handlers.ts'
import { serve } from './api/serve.ts'
import { diagnoseEndpoint, findPlaces } from './engine/open-engine.ts'
import { createSites, type Sites } from './fleet/endpoints/sites.ts'
import { createTransfers } from './fleet/images/transfers.ts'
import { liveSections } from './fleet/live-report.ts'
import type { LiveWork } from './fleet/live-work.ts'
import { createOperations } from './fleet/operations.ts'
import type { Parts } from './fleet/parts.ts'
import { createQuestions } from './fleet/questions.ts'
import { createPointer } from './fleet/routes/pointer.ts'
import { createTerminals } from './fleet/terminals/open-terminals.ts'
import { closeTerminals } from './fleet/terminals/terminals.ts'
import { logLevelOf, openLog } from './log/open-log.ts'
import { machine } from './machine.ts'
import { openProxy } from './proxy/open-proxy.ts'
import { probeHttp, probeTcp } from './proxy/probe.ts'
import type { ProxyLaunch } from './proxy/proxy.ts'
import { openProxyHome, type ProxyPlaces, removeProxyHome, removeStaleProxyHomes } from './proxy/proxy-home.ts'
import { debugReport } from './report/report.ts'
import { openSite, type SharedParts } from './site.ts'
import { prepareHome, usingHome } from './store/home-access.ts'
import { homeIdOf } from './store/home-identity.ts'
import { openKeyring, type Vault } from './store/keyring.ts'
import { acquireLock } from './store/lock.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'

export interface AppInput {
  /** Directory of all state; one process at a time. */
  readonly home: string
  /** The Docker endpoint; undefined to look where the docker command line looks. */
  readonly endpoint?: string
  /** Where routes listen when they name no port. */
  readonly proxyPort: number
  /** How this platform starts a proxy process. */
  readonly proxyLaunch: Pick<ProxyLaunch, 'command' | 'args'>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Hears what the start has come to. */
  onStep?(what: string): void
  /** How this platform protects what is remembered of passphrases; absent where it cannot. */
  readonly vault?: Vault | undefined
  /** Shows the message of a warning or an error where the app was started. The log of the home holds every record. */
  log(line: string): void
}

/** The whole of Flotilla without a window: engine, proxy, store, and the stories behind the contract. */
export interface App {
  /** Answers a client until its port closes. `by` is written into the journal. */
  serve(port: Port, by: string): void
  readonly log: Log
  /** Resolves when a client asked the app to stop, or its home went away. */
  readonly stopped: Promise<void>
  /** Lets go of everything; the proxy keeps carrying traffic unless a client asked it to stop, too. */
  close(): Promise<void>
}

/** Opens a home. Fails `conflict` when another process has it open, `unreachable` when no proxy can be started. */
export async function openApp(input: AppInput): Promise<App> {
  const home = resolve(input.home)
  input.onStep?.('open the home and its journal')
  const { store, homeId, log, release } = await usingHome(home, () => openHome(home, input))
  input.onStep?.('find or start the proxy')
  const proxy = await usingHome(home, () => startProxy(home, input, log)).catch(error => {
    log('The proxy could not be started', { level: 'error', error })
    release()
    throw error
  })
  const shared = assemble(input, {
    log,
    home,
    homeId,
    store,
    proxy,
    addressOf: (container, port) => sites.addressOf(container, port),
    isSeen: name => sites.isSeen(name),
  })
  const { endpoint, environment } = input
  const startedAt = store.journal.state().seq
  const sites = createSites({
    journal: store.journal,
    documents: store.documents,
    open: (nameNow, settings) =>
      openSite(shared, {
        nameNow,
        engine: { endpoint, ...(settings && { settings }), home, environment },
        startedAt,
      }),
  })
  const stopProjecting = keepProjected(shared, sites)
  const handlers = handlersOf(servedOf(input, sites, shared), stopProxy => {
    stopsProxy = stopProxy
    stop()
  })
  let stopsProxy = false
  let stop = () => {}
  const stopped = new Promise<void>(done => {
    stop = done
  })
  const watch = setInterval(() => {
    if (!existsSync(join(home, 'lock'))) stop()
  }, homeWatchMs)
  return {
    log,
    serve: (port, by) =>
      serve(handlers, port, by, {
        onValue: ms => log(`Answered ${by} in ${Math.round(ms)} ms`, { level: 'debug' }),
        onFailure(failure, error) {
          log(`The call of ${by} failed`, { level: 'info', error })
          tryAgainAfter(failure, sites)
        },
      }),
    stopped,
    async close() {
      clearInterval(watch)
      stopProjecting()
      for (const { id } of shared.operations.list()) shared.operations.cancel(id)
      await Promise.race([shared.operations.idle(), sleep(closeMs, undefined, { ref: false })])
      await Promise.race([closeTerminals(shared), sleep(closeMs, undefined, { ref: false })])
      sites.close()
      // A proxy without routes carries nothing that would be missed.
      const isIdle = store.journal.state().entries.length > 0 && store.journal.state().routes.size === 0
      if (stopsProxy || isIdle) {
        await proxy.stop()
        removeProxyHome(home, placesOf(environment))
      } else proxy.close()
      release()
    },
  }
}

function servedOf({ endpoint, environment, version }: AppInput, sites: Sites, parts: SharedParts): Served {
  const { path: home } = parts.home
  const askerFor = (name: Name) => parts.questions.askerOf(() => name)
  return {
    sites,
    places: {
      diagnose: (settings, options) =>
        diagnoseEndpoint({ settings: () => settings, home, environment, ask: askerFor(settings.name) }, options),
      find: () => findPlaces({ endpoint, home, environment }),
    },
    report: () => debugReport({ home, environment, version, now: Date.now(), live: liveSections(sites) }),
  }
}

/** How soon a removed home is noticed, and how long running operations may take to walk back at the end. Milliseconds. */
const homeWatchMs = 1_000
const closeMs = 10_000

interface OpenHome {
  readonly homeId: string
  readonly store: Store
  readonly log: Log
  release(): void
}

/** The format and the home's id first: a newer or a copied home is refused before anything in it is touched. */
async function openHome(home: string, { environment, version, log: show }: AppInput): Promise<OpenHome> {
  const level = logLevelOf(environment)
  prepareHome(home)
  const lock = acquireLock(home)
  try {
    const homeId = homeIdOf(home)
    const store = await openStore({ home, now: Date.now, lock })
    const { log, close } = openLog({ home, level, now: Date.now, show })
    log(`Flotilla ${version} starts on Node ${process.version}, ${process.platform}`, { level: 'info' })
    return {
      homeId,
      store,
      log,
      release() {
        log('Flotilla has stopped', { level: 'info' })
        close()
        store.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startProxy(home: string, { environment, proxyLaunch }: AppInput, log: Log) {
  const places = placesOf(environment)
  await removeStaleProxyHomes(places).catch(error => log('folders of homes that are gone stay', { error }))
  return openProxy({ home: openProxyHome(home, places), ...proxyLaunch })
}

function placesOf(environment: AppInput['environment']): ProxyPlaces {
  return { runtimeDir: environment.XDG_RUNTIME_DIR }
}

interface Shared extends Pick<Parts, 'store' | 'proxy' | 'log'>, Pick<Sites, 'addressOf' | 'isSeen'> {
  readonly home: string
  readonly homeId: string
}

/** The parts that all endpoints share. */
function assemble(input: AppInput, { store, proxy, log, home, homeId, addressOf, isSeen }: Shared): SharedParts {
  const liveListeners = createListeners()
  const live: LiveWork = {
    launching: new Map(),
    checking: new Map(),
    leaving: new Set(),
    starting: new Set(),
    healing: new Set(),
    replacing: new Set(),
    reading: new Set(),
    drift: new Map(),
    fleetDrift: new Map(),
    mounted: new Map(),
    manifests: new Map(),
    changed: liveListeners.tell,
  }
  return {
    proxy,
    store,
    live,
    operations: createOperations(),
    terminals: createTerminals(),
    questions: createQuestions({ keyring: openKeyring(home, input.vault), newId, now: Date.now }),
    pointer: createPointer({
      proxy,
      sight: () => ({
        state: store.journal.state(),
        addressOf: (container, port) => (live.starting.has(container.id) ? null : addressOf(container, port)),
        leaving: live.leaving,
        isSeen,
        found: proxy.found,
      }),
    }),
    everywhere: () => store.journal.state(),
    probe: { http: probeHttp, tcp: async request => void (await probeTcp(request)) },
    now: Date.now,
    wait,
    newId,
    hash: text => createHash('sha256').update(text).digest('hex'),
    transfers: createTransfers(),
    machine,
    home: {
      id: homeId,
      path: home,
      proxyPort: input.proxyPort,
      version: input.version,
    },
    onLiveChange: liveListeners.add,
    log,
  }
}

/** The proxy is the projection of the journal: the table that follows is sent whenever a container comes, goes or moves. */
function keepProjected({ pointer, proxy, everywhere, log }: SharedParts, sites: Sites): () => void {
  const project = () => {
    // A journal that knows nothing may have been lost: what the proxy still does stays until there is something to say.
    if (everywhere().entries.length === 0 || sites.all().every(isLookedFor)) return
    pointer.apply().catch(error => log('the proxy did not take the table', { area: 'proxy', error }))
  }
  const stops = [sites.onChange(project), proxy.onReachable(reachable => reachable && project())]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Until the engine answers for the first time nothing is known of it. */
function isLookedFor({ engine, observed }: Pick<Parts, 'engine' | 'observed'>): boolean {
  return observed.rows() === undefined && engine.state().state !== 'lost'
}

function newId(): string {
  return randomBytes(6).toString('hex')
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (cause) {
    throw new FailureError({ code: 'cancelled', message: 'Cancelled' }, { cause })
  }
}

/** Somebody needs an engine that is lost: it is not left alone until its turn comes. */
function tryAgainAfter({ code }: Failure, sites: Sites): void {
  if (code !== 'unreachable') return
  for (const { engine } of sites.all()) if (engine.state().state === 'lost') engine.tryAgain()
}
