import type { Failure } from '../../shared/failure.ts'
import type { HostPort } from '../../shared/model/container-set.ts'
import type { RunConfig } from '../../shared/model/run-config.ts'
import type { ImageRun } from '../../shared/rules/complete-run.ts'

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
  readonly config: ImageRun['config'] & { readonly volumes: readonly string[] }
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
