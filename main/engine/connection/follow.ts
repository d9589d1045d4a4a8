import { type Failure, FailureError, toFailure } from '../../../shared/failure.ts'
import type { EndpointState } from '../../../shared/model/app-state.ts'
import { codeOf, engineFailure } from '../engine-failure.ts'
import { LoginDenied } from '../ssh/failures.ts'
import { pause } from '../time-limit.ts'
import type { Asking } from './asking.ts'
import type { Candidate } from './endpoints.ts'
import { connect, type Link, type Published } from './link.ts'
import { type Listeners, listen } from './listen.ts'
import { followPulse, silence } from './pulse.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
/** Servers lock out who is turned away too often. */
const DENIED_PAUSE_MS = 60_000

interface Input {
  /** Gathered and decided anew for each search: a context may change, a Docker may be installed. */
  readonly candidates: () => Promise<readonly Candidate[]>
  /** The id of the engine that is meant, where that is known from before. */
  readonly expected: () => string | null
  readonly asking: Asking
  readonly listeners: Listeners & { readonly onState: (state: EndpointState) => void }
  readonly log: (message: string) => void
}

interface Found {
  readonly candidate: Candidate
  readonly round: number
  readonly tried: EndpointState['tried']
}

/** Looks for an engine until one answers, stays with it, and looks for it again whenever it is lost. */
export class Follower {
  readonly #input: Input
  readonly #closing = new AbortController()
  /** Ends with the search that goes on, or is about to: calls wait for it rather than fail over a hiccup. */
  #searched = Promise.resolve()
  #endSearch: () => void = () => {}
  #link: Link | undefined
  #reaches = false
  #published: Published = 'here'
  #isDenied = false
  /** Ends the pause between two searches. */
  #hurry = new AbortController()
  /** A search that was begun in an earlier one knows old settings. */
  #round = 0
  /** The id of another engine than the one that is meant, where such a one answers. */
  #stranger: string | null = null
  /** Once an engine has answered it is this address and this engine that are meant. */
  #pinned: { readonly candidate: Candidate; readonly engineId: string } | undefined
  #state: EndpointState = {
    address: '',
    source: '',
    state: 'connecting',
    engine: null,
    since: Date.now(),
    failure: null,
    tried: [],
  }

  constructor(input: Input) {
    this.#input = input
    this.#expectSearch()
    this.#run().catch((error: unknown) => {
      this.#show({ state: 'lost', failure: toFailure(error) })
      this.#endSearch()
    })
  }

  get state(): EndpointState {
    return this.#state
  }

  /** Whether the engine seen last runs its containers in this machine's network. */
  get reachesContainers(): boolean {
    return this.#reaches
  }

  /** Where the ports of the engine seen last are found. */
  get published(): Published {
    return this.#published
  }

  /** Looks for a lost engine now rather than when its turn comes. */
  searchNow(): void {
    this.#hurry.abort()
  }

  get stranger(): string | null {
    return this.#stranger
  }

  /** What is said of the way to the engine has changed: lets go of the one that is there, and looks anew. */
  lookAnew(): void {
    this.#round += 1
    this.#pinned = undefined
    this.#link?.close()
    this.searchNow()
  }

  /** Where the engine is, or is looked for: one address, or several until one has answered. */
  async candidates(): Promise<readonly Candidate[]> {
    return this.#pinned ? [this.#pinned.candidate] : await this.#input.candidates()
  }

  /** The way to the engine, or `unreachable` once a search has found none. */
  async link(): Promise<Link> {
    await this.#searched
    if (this.#link !== undefined) return this.#link
    const why = this.#state.failure ?? noEngine
    throw new FailureError({ ...why, code: why.code === 'internal' ? 'internal' : 'unreachable' })
  }

  close(): void {
    this.#closing.abort()
    this.#input.asking.withdraw()
    this.#link?.close()
    this.#link = undefined
    this.#endSearch()
  }

  #expectSearch(): void {
    this.#searched = new Promise(resolve => {
      this.#endSearch = resolve
    })
  }

  async #run(): Promise<void> {
    let wait = FIRST_PAUSE_MS
    while (!this.#closing.signal.aborted) {
      const round = this.#round
      this.#hurry = new AbortController()
      const link = await this.#search()
      if (link === undefined && round !== this.#round) continue
      this.#endSearch()
      if (link !== undefined) {
        wait = FIRST_PAUSE_MS
        await this.#stay(link)
      }
      await pause(this.#isDenied ? DENIED_PAUSE_MS : wait, AbortSignal.any([this.#hurry.signal, this.#closing.signal]))
      wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
    }
  }

  async #search(): Promise<Link | undefined> {
    const round = this.#round
    const candidates = await this.candidates()
    const tried: EndpointState['tried'] = []
    const failures: FailureError[] = []
    for (const candidate of candidates) {
      const { address, source } = candidate
      try {
        const link = await connect(candidate, { signal: this.#closing.signal, asking: this.#input.asking })
        tried.push({ address, source, result: 'answered' })
        return this.#adopt(link, { candidate, round, tried })
      } catch (error) {
        const failed = engineFailure(error)
        tried.push({ address, source, result: failed.failure.message })
        failures.push(failed)
      }
    }
    const [first] = candidates
    const failure = whyNone(failures)
    this.#stranger = null
    this.#isDenied = failures.some(one => one instanceof LoginDenied)
    this.#show({ address: first?.address ?? '', source: first?.source ?? '', state: 'lost', failure, tried })
    return undefined
  }

  #adopt(link: Link, { candidate, round, tried }: Found): Link | undefined {
    if (this.#closing.signal.aborted || round !== this.#round) {
      link.close()
      return undefined
    }
    const { address, source } = candidate
    const { id } = link.identity
    const meant = this.#input.expected() ?? this.#pinned?.engineId ?? id
    this.#stranger = id === meant ? null : id
    if (id !== meant) {
      link.close()
      this.#show({ address, source, state: 'lost', failure: otherEngine(address, { meant, id }), tried })
      return undefined
    }
    this.#pinned = { candidate, engineId: id }
    this.#link = link
    this.#reaches = link.reachesContainers
    this.#published = link.published
    this.#isDenied = false
    this.#input.asking.withdraw()
    this.#show({ address, source, state: 'connected', engine: link.identity, failure: null, tried })
    return link
  }

  /** One that is silent stays linked: what it was asked before may still be answered. */
  #hear(isSilent: boolean): void {
    this.#show(isSilent ? { state: 'lost', failure: silence } : { state: 'connected', failure: null })
  }

  /** Returns when the engine is lost. */
  async #stay(link: Link): Promise<void> {
    this.#input.listeners.onReconcile()
    const leaving = new AbortController()
    const signal = AbortSignal.any([leaving.signal, this.#closing.signal])
    const onSilence = (isSilent: boolean) => this.#hear(isSilent)
    const failure = await Promise.race([
      listen(link, this.#input.listeners),
      followPulse(link.ping, onSilence, { signal, now: Date.now }),
    ])
    leaving.abort()
    link.close()
    this.#link = undefined
    if (this.#closing.signal.aborted) return
    this.#input.listeners.onEventsEnd()
    this.#expectSearch()
    this.#input.log(`lost the engine at ${this.#state.address}: ${failure.message}`)
    this.#show({ state: 'lost', failure })
  }

  #show(change: Partial<EndpointState>): void {
    const since = change.state === undefined || change.state === this.#state.state ? this.#state.since : Date.now()
    const next = { ...this.#state, ...change, since }
    if (this.#closing.signal.aborted || JSON.stringify(next) === JSON.stringify(this.#state)) return
    this.#state = next
    this.#input.listeners.onState(next)
  }
}

/** The one failure that tells most: a socket that is not there tells nothing when others were tried as well. */
export function whyNone(failures: readonly FailureError[]): Failure {
  const [only, ...others] = failures
  if (only !== undefined && others.length === 0) return only.failure
  const telling = failures.find(({ cause }) => !['ENOENT', 'ECONNREFUSED'].includes(codeOf(cause) ?? ''))
  return telling?.failure ?? noEngine
}

const noEngine: Failure = {
  code: 'unreachable',
  message: 'No Docker engine answers on this machine',
  hint: 'Start Docker; it is noticed as soon as it answers',
}

function otherEngine(address: string, { meant, id }: { readonly meant: string; readonly id: string }): Failure {
  return {
    code: 'conflict',
    message: `Another engine answers at ${address}: ${id}, and not ${meant}`,
    hint: 'Nothing is done with it: its containers and images are not those that were recorded. Start the engine that was here before, or trust this one',
  }
}
