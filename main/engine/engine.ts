import type { EndpointState } from '../../shared/model/app-state.ts'
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
import type { CallOptions, CommitSpec, ContainerRow, DiagnosisStep, EngineEvent } from './model.ts'
import type { NetworkCalls } from './networks.ts'
import type { StatsCalls } from './stats.ts'
import type { TerminalCalls } from './terminal.ts'
import type { VolumeCalls } from './volumes.ts'

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
