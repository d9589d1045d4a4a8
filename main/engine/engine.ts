import type { Failure } from '../../shared/failure.ts'
import type { EndpointState } from '../../shared/model/app-state.ts'
import type { HostPort } from '../../shared/model/container-set.ts'
import type { RunConfig } from '../../shared/model/run-config.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import type { AttachCalls } from './attach.ts'
import type { HostAddress } from './connection/addresses.ts'
import type { ContainerActions } from './container-actions.ts'
import type { ContainerCalls } from './containers.ts'
import type { DiskCalls } from './disk-use.ts'
import type { ExecCalls } from './exec.ts'
import type { ImageMoves } from './image-moves.ts'
import type { TransferCalls } from './image-transfer.ts'
import type { ImageCalls } from './images.ts'
import type { Inventory } from './inventory.ts'
import type { LogCalls } from './logs.ts'
import type { NetworkCalls } from './networks.ts'
import type { StatsCalls } from './stats.ts'
import type { TerminalCalls } from './terminal.ts'
import type { VolumeCalls } from './volumes.ts'

/** Time left and who may stop it. Every call settles: by answer, failure, deadline or cancel. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Milliseconds; each call has a default that suits it. */
  readonly deadlineMs?: number
}

/** A step of a diagnosis with finding and advice; `advice` is empty where there is nothing to do. */
export interface DiagnosisStep {
  readonly step: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly saw: string
  readonly advice: string
}

export interface ContainerRow {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  /** The engine's word: `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. */
  readonly state: string
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  readonly labels: ReadonlyMap<string, string>
  readonly ports: readonly ContainerPort[]
  readonly volumes: readonly string[]
  readonly createdAt: number
}

export interface ContainerPort {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** Its address on the engine's machine; null while it is not published. */
  readonly host: string | null
  readonly hostPort: number | null
}

export interface ContainerDetail {
  readonly id: string
  readonly name: string
  readonly imageId: string
  /** As the person named it when the container was made. */
  readonly image: string
  readonly state: string
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  readonly exitCode: number
  readonly startedAt: string
  /** `docker run --rm`: the engine removes it when it stops, with its anonymous volumes. */
  readonly autoRemove: boolean
  /** The container's own configuration, everything said out loud: nothing is left to the image. Values in plain. */
  readonly run: RunConfig
  readonly labels: ReadonlyMap<string, string>
  readonly ports: readonly ContainerPort[]
  /** Network name, address, aliases. */
  readonly networks: readonly { readonly name: string; readonly address: string; readonly aliases: readonly string[] }[]
}

export interface ImageDetail {
  readonly id: string
  readonly tags: readonly string[]
  readonly labels: ReadonlyMap<string, string>
  readonly layers: readonly string[]
  readonly bytes: number
  readonly createdAt: string
  /** Its platform: `linux/amd64`; empty where it is not told. */
  readonly platform: string
  /** The configuration of the image; a container is compared against it. */
  readonly config: {
    readonly entrypoint: readonly string[] | null
    readonly command: readonly string[] | null
    readonly environment: readonly (readonly [string, string])[]
    readonly workingDir: string
    readonly user: string
    readonly exposedPorts: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[]
    readonly volumes: readonly string[]
    readonly healthcheck: RunConfig['healthcheck']
    readonly stopSignal: string | null
  }
}

export interface CreateSpec {
  readonly name: string
  readonly imageId: string
  readonly run: RunConfig
  /** Added to the run configuration's own labels and winning over them. */
  readonly labels: readonly (readonly [string, string])[]
  /** The first network it joins, with its aliases there; null for the engine's default bridge. */
  readonly network: { readonly name: string; readonly aliases: readonly string[] } | null
  /**
   * Where ports are published on 127.0.0.1, or on the address by which the endpoint is reached from here: these ports
   * on these host ports, `true` for all of `run.ports` on ports that the engine hands out anew at each start, or none.
   */
  readonly publish: boolean | readonly HostPort[]
  /** Publish these ports as they are said here, in place of `publish`. */
  readonly publishAs?: readonly ContainerPort[]
  /** Run an init process, so that a stop takes 0.15 s instead of 10. */
  readonly init: boolean
}

export interface CommitSpec {
  readonly containerId: string
  readonly labels: readonly (readonly [string, string])[]
  /**
   * Environment values that must not be baked in: the names are kept with an empty value, and no part of the image
   * holds the old one. Where the engine cannot be kept from writing it the commit fails `unsupported`, without an image.
   */
  readonly blank: readonly string[]
  /** The image's configuration in place of the container's where that holds secrets; absent where nothing does. */
  readonly blanked?: BlankedConfig | undefined
  /**
   * Absolute paths: what the container wrote or deleted at and below them is in no layer of the image, nor in the engine
   * once this is done. Fails `unsupported`, without an image, on an engine that cannot be kept from holding it.
   */
  readonly leaveOut?: readonly string[]
  readonly pause: boolean
  readonly comment: string
}

/** The parts of an image's configuration beside its environment that may hold secrets, without them. */
export interface BlankedConfig {
  readonly labels: RunConfig['labels']
  readonly command: RunConfig['command']
  readonly entrypoint: RunConfig['entrypoint']
  readonly healthcheck: RunConfig['healthcheck']
}

export interface EngineEvent {
  readonly kind: 'container' | 'image' | 'network' | 'volume'
  /** `start`, `die`, `exec_start`, `health_status`, ... */
  readonly action: string
  /** Text after the action: the command of an `exec_start`, `healthy` of a `health_status`; else empty. */
  readonly detail: string
  readonly id: string
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  /** Of a command that was run through this engine object. */
  readonly isOwn?: true
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface ExecEnd {
  /** Null where the engine does not tell it any more. */
  readonly exitCode: number | null
  /** Why the connection broke, or null: the command may still run where it did. */
  readonly failure: Failure | null
}

/** A command in a container with a terminal of its own. Bytes are raw, both ways. */
export interface ExecSession {
  /**
   * Resolves when the bytes are on their way, or others may follow: with false when they were not taken, because the
   * command has ended or does not read what it was given before.
   */
  write(bytes: Uint8Array): Promise<boolean>
  /** A command that has ended already is no failure. */
  resize(size: TerminalSize): Promise<void>
  /** The engine is read only while this is not paused: what is not read waits in the container's own terminal. */
  onData(listener: (bytes: Uint8Array) => void): void
  pause(): void
  resume(): void
  /** Hears once, after the last bytes. */
  onEnd(listener: (end: ExecEnd) => void): void
  /** Hangs up: the command and what it started get SIGHUP, where the container has the means. */
  close(): Promise<void>
}

/** One line of a container's log. */
export interface LogLine {
  readonly stream: 'out' | 'err'
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  /** Without its line break; of a longer line its first `MOST_LINE_BYTES` bytes. */
  readonly bytes: Uint8Array
  /** Bytes of the whole line. */
  readonly length: number
}

/**
 * One Docker daemon. What it is asked stands in the rooms that are named here, each beside its code and with the path in
 * Docker's API that answers it; what stays is where the engine is, and what it tells unasked. Failures are FailureError with codes `unreachable`, `not-found`, `conflict`, `timeout`, `cancelled`,
 * `refused`, `bad-input`, and `unsupported` for an engine that answers nonsense or cannot do it.
 */
export interface Engine
  extends ContainerCalls,
    ContainerActions,
    ExecCalls,
    TerminalCalls,
    AttachCalls,
    LogCalls,
    StatsCalls,
    ImageCalls,
    ImageMoves,
    TransferCalls,
    NetworkCalls,
    VolumeCalls,
    DiskCalls,
    Inventory {
  /** Follows its address and whether it answers, beginning with the current state. */
  onState(listener: (state: EndpointState) => void): () => void
  state(): EndpointState
  /** The id of another engine than the one that is meant, where such a one answers: it is not used. Else null. */
  stranger(): string | null
  /** Tells its data from another engine's with the same id, as two on one machine may have; null where nothing does. */
  dataId(): string | null
  /** The settings of the way to it have changed: lets go of the engine that is there, and looks for it anew. */
  lookAnew(): void
  /** Looks for a lost engine at once rather than after the pause that grows with each failure. */
  tryAgain(): void
  /**
   * Events are hints. `onEvent` hears each of them; `onReconcile` is called after every (re)connect, when what was
   * known must be listed again. `onEventsEnd` is called when there will be no more events until then: what was known may
   * have changed since.
   */
  onEvent(listener: (event: EngineEvent) => void): () => void
  onReconcile(listener: () => void): () => void
  onEventsEnd(listener: () => void): () => void
  /** Addresses the local machine can reach containers at: true only for a Linux daemon on this very machine. */
  reachesContainers(): boolean
  /**
   * Where this machine reaches a port that a container publishes: an address of loopback, or a local socket that leads
   * through the engine's own connection, or where the endpoint says that its machine is reached, once that was seen to
   * be so. Null where it is not published, or not to where we are.
   */
  addressOf(container: Pick<ContainerRow, 'id' | 'ports'>, port: number): UpstreamAddress | null
  /**
   * Where any program of this machine reaches a port that a container publishes. On another machine's engine a port of
   * loopback is opened for it where its connection carries that, and closed when it is not used or the container ends.
   * Fails `not-found` where it is not published, `unsupported` where nothing leads there.
   */
  openPort(container: Pick<ContainerRow, 'id' | 'ports'>, port: number): Promise<HostAddress>
  /**
   * Looks at the way to the engine anew, step by step, and at what it tells of itself; a lost engine is looked for at
   * once. Never rejects: what fails is a step.
   */
  diagnose(options?: CallOptions): Promise<readonly DiagnosisStep[]>

  /**
   * Commits without a tag: validate first, tag after. `consistent` is whether the container was seen paused while it was
   * committed (watched for in the engine's events, since a failed pause is ignored by the engine).
   */
  commit(spec: CommitSpec, options?: CallOptions): Promise<{ readonly imageId: string; readonly consistent: boolean }>
  /** Stops following events and lets go of every connection. */
  close(): void
}
