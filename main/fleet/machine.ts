import type { HostPath } from '../../shared/rules/mount-drift.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import type { LocalFiles } from '../store/local-file.ts'

/** How checks reach a container's address. Failures to connect are answers too: `saw` tells what happened. */
export interface Probe {
  http(request: {
    readonly address: UpstreamAddress
    readonly hostname: string
    readonly path: string
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<{ readonly status: number; readonly body: string; readonly ms: number }>
  tcp(request: {
    readonly address: UpstreamAddress
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<void>
}

/** Questions about this machine that no engine answers, and its files. */
export interface Machine {
  readonly files: LocalFiles
  /** Looks at a path: null where nothing is there, undefined where that cannot be told. */
  hostPath(path: string): Promise<HostPath | null | undefined>
  /** A static busybox to make sample images from, or null. */
  busybox(): Uint8Array | null
  /** The addresses that are found for a name. Rejects where there are none. */
  resolveName(hostname: string): Promise<readonly string[]>
  /** The bytes that are free on the disk that holds this path. */
  freeBytes(path: string): Promise<number>
}
