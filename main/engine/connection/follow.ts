import { FailureError, toFailure } from '../../../shared/failure.ts'
import type { EndpointState } from '../../../shared/model/app-state.ts'
import {
  afterFailure,
  deadlineOf,
  noAttempts,
  type Pace,
  pauseBefore,
  usualPace,
} from '../../../shared/rules/attempts.ts'
import { engineFailure } from '../engine-failure.ts'
import { pauseUntilResume } from '../time-limit.ts'
import type { Asking } from './asking.ts'
import type { Candidate } from './endpoints.ts'
import type { KnownEngine } from './hello.ts'
import { connect, type Link, type Published } from './link.ts'
import { type Listeners, listen } from './listen.ts'
import { followPulse, silence } from './pulse.ts'
import { attemptFailure, noEngine, otherEngine, whyNone } from './search-failures.ts'

/** An engine that fell silent sooner after it had answered is still too slow. Milliseconds. */
const WELL_MS = 60_000

interface Input {
  /** Gathered and decided anew for each search: a context may change, a Docker may be installed. */
  readonly candidates: () => Promise<readonly Candidate[]>
  /** The id of the engine that is meant, where that is known from before. */
  readonly expected: () => string | null
  readonly asking: Asking
  readonly listeners: Listeners & { readonly onState: (state: EndpointState) => void }
  readonly log: (message: string) => void
  readonly pace?: Pace
}

interface Found {
  readonly candidate: Candidate
  readonly round: number
  readonly tried: EndpointState['tried']
}

/** Looks for an engine until one answers, stays with it, and looks for it again whenever it is lost. */
export class Follower {
  readonly #input: Input
  readonly #pace: Pace
  readonly #closing = new AbortController()
  /** The search that goes on, or is about to: calls wait for it rather than fail over a hiccup. */
  #expected: { readonly over: Promise<void>; readonly end: () => void } | undefined
  /** One hello at a time: searches and diagnoses take turns. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Breaks off the search that goes on. */
  #attempt: AbortController | undefined
  #attempts = noAttempts
  #known: KnownEngine | undefined
  #link: Link | undefined
  #reaches = false
  #published: Published = 'here'
  /** Ends the pause between two searches. */
  #hurry = new AbortController()
  /** A search that was begun in an earlier one is out of date. */
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
    this.#pace = input.pace ?? usualPace
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
    if (this.#closing.signal.aborted) return
    if (this.#link === undefined) this.#expectSearch()
    this.#hurry.abort()
  }

  /** Does work that says hello by itself while nothing else does; a lost engine is looked for at once after it. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#breakOff()
    try {
      return await this.#inTurn(work)
    } finally {
      this.searchNow()
    }
  }

  /** Tells the data of the last engine from another engine's with the same id; null where unknown. */
  get dataId(): string | null {
    return this.#known?.data ?? null
  }

  get stranger(): string | null {
    return this.#stranger
  }

  /** Called when the settings have changed: drops the connection and tries anew. */
  lookAnew(): void {
    this.#pinned = undefined
    this.#attempts = noAttempts
    this.#breakOff()
    this.#link?.close()
    this.searchNow()
  }

  /** Where the engine is, or is looked for: one address, or several until one has answered. */
  async candidates(): Promise<readonly Candidate[]> {
    return this.#pinned ? [this.#pinned.candidate] : await this.#input.candidates()
  }

  /** The way to the engine, or `unreachable` once a search has found none. */
  async link(): Promise<Link> {
    await this.#expected?.over
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
    if (this.#expected !== undefined) return
    let end = () => {}
    const over = new Promise<void>(resolve => {
      end = resolve
    })
    this.#expected = { over, end }
  }

  #endSearch(): void {
    this.#expected?.end()
    this.#expected = undefined
  }

  #breakOff(): void {
    this.#round += 1
    this.#attempt?.abort()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const round = this.#round
      this.#hurry = new AbortController()
      const link = await this.#inTurn(() => this.#search())
      if (link === undefined && round !== this.#round) continue
      this.#endSearch()
      if (link !== undefined) await this.#stay(link)
      const wait = pauseBefore(this.#attempts, this.#pace)
      await pauseUntilResume(wait, AbortSignal.any([this.#hurry.signal, this.#closing.signal]))
    }
  }

  async #search(): Promise<Link | undefined> {
    this.#attempt = new AbortController()
    try {
      return await this.#tryAll(AbortSignal.any([this.#attempt.signal, this.#closing.signal]))
    } finally {
      this.#attempt = undefined
    }
  }

  async #tryAll(signal: AbortSignal): Promise<Link | undefined> {
    const round = this.#round
    const candidates = await this.candidates()
    const deadlineMs = deadlineOf(this.#attempts, this.#pace)
    const tried: EndpointState['tried'] = []
    const failures: FailureError[] = []
    for (const candidate of candidates) {
      const { address, source } = candidate
      try {
        const link = await connect(candidate, { signal, asking: this.#input.asking, deadlineMs, known: this.#known })
        tried.push({ address, source, result: 'answered' })
        return this.#adopt(link, { candidate, round, tried })
      } catch (error) {
        if (signal.aborted) return undefined
        const failed = engineFailure(error)
        tried.push({ address, source, result: failed.failure.message })
        failures.push(failed)
      }
    }
    const [first] = candidates
    const failure = whyNone(failures)
    this.#stranger = null
    this.#attempts = afterFailure(this.#attempts, attemptFailure(candidates, failures))
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
    this.#known = link.known
    const meant = this.#input.expected() ?? this.#pinned?.engineId ?? id
    this.#stranger = id === meant ? null : id
    if (id !== meant) {
      link.close()
      this.#attempts = afterFailure(this.#attempts, 'other')
      this.#show({ address, source, state: 'lost', failure: otherEngine(address, { meant, id }), tried })
      return undefined
    }
    this.#pinned = { candidate, engineId: id }
    this.#link = link
    this.#reaches = link.reachesContainers
    this.#published = link.published
    this.#input.asking.withdraw()
    this.#show({ address, source, state: 'connected', engine: link.identity, failure: null, tried })
    return link
  }

  /** A silent engine stays connected: calls that are under way may still be answered. */
  #hear(isSilent: boolean): void {
    this.#show(isSilent ? { state: 'lost', failure: silence } : { state: 'connected', failure: null })
  }

  /** Returns when the engine is lost. */
  async #stay(link: Link): Promise<void> {
    this.#input.listeners.onReconcile()
    const foundAt = performance.now()
    const leaving = new AbortController()
    const signal = AbortSignal.any([leaving.signal, this.#closing.signal])
    const onSilence = (isSilent: boolean) => this.#hear(isSilent)
    const failure = await Promise.race([
      listen(link, this.#input.listeners),
      followPulse(link.ping, onSilence, { signal, now: Date.now }),
    ])
    leaving.abort()
    link.close(failure)
    this.#link = undefined
    if (this.#closing.signal.aborted) return
    const isSlow = failure.code === 'timeout' && failure !== silence && performance.now() - foundAt < WELL_MS
    this.#attempts = isSlow ? afterFailure(this.#attempts, 'late') : noAttempts
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
