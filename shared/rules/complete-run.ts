import type { Healthcheck, RunConfig } from '../model/run-config.ts'
import { COMPOSE_LABEL_PREFIX, LABEL_PREFIX } from './names.ts'

/** The run configuration of an image. */
export interface ImageRun {
  readonly labels: ReadonlyMap<string, string>
  readonly config: {
    readonly entrypoint: readonly string[] | null
    readonly command: readonly string[] | null
    readonly environment: readonly (readonly [string, string])[]
    readonly workingDir: string
    readonly user: string
    readonly exposedPorts: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[]
    readonly healthcheck: Healthcheck | null
    readonly stopSignal: string | null
  }
}

/**
 * A run configuration with everything that it leaves to the image said out loud, the way the engine puts the two together:
 * it then equals what an inspection of the running container tells.
 */
export function completeRun(run: RunConfig, image: ImageRun): RunConfig {
  const { config } = image
  return ownRun({
    ...run,
    entrypoint: overEntrypoint(run.entrypoint, config.entrypoint),
    // An entrypoint of one's own takes the image's command away.
    command: run.command ?? (run.entrypoint === null ? config.command && [...config.command] : null),
    environment: sorted([...new Map([...config.environment, ...run.environment])]),
    labels: sorted([...new Map([...image.labels, ...run.labels])]),
    workingDir: run.workingDir || config.workingDir,
    user: run.user || config.user,
    ports: mergePorts(config.exposedPorts, run.ports),
    healthcheck: mergeHealthcheck(run.healthcheck, config.healthcheck),
    stopSignal: run.stopSignal ?? config.stopSignal,
  })
}

/**
 * The part of a container's configuration that is its own: without the labels that say whose it was (a copy is not Compose's, and
 * ours are given anew), and without volumes that have no name, of which every container gets new ones.
 */
export function ownRun(run: RunConfig): RunConfig {
  const isForeign = (name: string) => name.startsWith(COMPOSE_LABEL_PREFIX) || name.startsWith(LABEL_PREFIX)
  return {
    ...run,
    labels: run.labels.filter(([name]) => !isForeign(name)),
    mounts: run.mounts.filter(mount => mount.kind !== 'volume' || !isAnonymousVolume(mount.source)),
  }
}

/** Volumes without a name of their own: their content stays behind. */
export function isAnonymousVolume(source: string): boolean {
  return source === '' || /^[0-9a-f]{64}$/.test(source)
}

/** Cleared is what an image's entrypoint is; where it has none there is nothing to clear. */
export function overEntrypoint(
  own: RunConfig['entrypoint'],
  image: ImageRun['config']['entrypoint'],
): RunConfig['entrypoint'] {
  if (own === null) return image && [...image]
  return own.length === 0 && image === null ? null : own
}

function mergePorts(exposed: ImageRun['config']['exposedPorts'], own: RunConfig['ports']): RunConfig['ports'] {
  const ports = new Map([...exposed, ...own].map(port => [`${port.port}/${port.protocol}`, port]))
  return [...ports.values()].sort((a, b) => a.port - b.port || order(a.protocol, b.protocol))
}

/** Fills the gaps of a container's health check from the image's. */
function mergeHealthcheck(own: Healthcheck | null, image: Healthcheck | null): Healthcheck | null {
  if (own === null || image === null) return own ?? image
  return {
    test: own.test.length > 0 ? own.test : image.test,
    intervalMs: own.intervalMs || image.intervalMs,
    timeoutMs: own.timeoutMs || image.timeoutMs,
    startPeriodMs: own.startPeriodMs || image.startPeriodMs,
    retries: own.retries || image.retries,
  }
}

function sorted(pairs: [string, string][]): [string, string][] {
  return pairs.sort(([a], [b]) => order(a, b))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
