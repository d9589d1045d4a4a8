import { assertNever } from '../../shared/failure.ts'
import type { SetContainer, SetState } from '../../shared/model/container-set.ts'

/** A version is in its set's state, or cold: only its snapshot is there. */
export type VersionState = SetState | 'cold'

export const versionWords: Readonly<Record<VersionState, string>> = {
  live: 'Live',
  warm: 'Warm',
  checking: 'Checking',
  launching: 'Launching',
  failed: 'Failed',
  stopped: 'Stopped',
  cold: 'Snapshot',
}

export const versionMeaning: Readonly<Record<VersionState, string>> = {
  live: 'The route points here',
  warm: 'Running, and not pointed at: going back takes milliseconds',
  checking: 'Running; its checks have not all passed yet',
  launching: 'Its containers are being started',
  failed: 'Its checks failed; it cannot go live unless forced',
  stopped: 'Its containers are stopped',
  cold: 'Only its snapshot is there; launch it to use it',
}

/** How a replica's cell is drawn. `tone` is a colour, `shape` tells the same without colour. */
export type CellShape = 'full' | 'striped' | 'hollow' | 'crossed' | 'barred' | 'unknown'

export function cellShape(state: SetContainer['state']): CellShape {
  switch (state) {
    case 'healthy':
    case 'running':
      return 'full'
    case 'created':
    case 'restarting':
      return 'striped'
    case 'unhealthy':
      return 'crossed'
    case 'paused':
      return 'barred'
    case 'exited':
    case 'missing':
      return 'hollow'
    case 'unknown':
      return 'unknown'
    default:
      return assertNever(state)
  }
}
