import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEngine } from './daemon.ts'
import { startBridgedDockerd } from './dockerd.ts'
import { importBusybox } from './engine-image.ts'
import { inOtherSystem, otherSystemHas } from './other-system.ts'
import { startPodman } from './podman.ts'

/** An engine of a test's own with the busybox image in it, or why there is none. */
export type Found = { readonly engine: TestEngine } | { readonly missing: string }

const notHere = 'Podman is not installed: apt-get install podman netavark aardvark-dns catatonit'
const notPrepared = 'there is no newer system: sudo node test/support/other-system.ts'

export async function findPodman(): Promise<Found> {
  const isHere = process.getuid?.() === 0 && spawnSync('podman', ['--version']).status === 0
  return isHere ? started(startPodman(['podman'])) : { missing: notHere }
}

export async function findNewerPodman(): Promise<Found> {
  return otherSystemHas('podman') ? started(startPodman(inOtherSystem('podman'))) : { missing: notPrepared }
}

export async function findNewerDocker(more: readonly string[] = []): Promise<Found> {
  return otherSystemHas('dockerd')
    ? started(startBridgedDockerd(inOtherSystem('dockerd'), more))
    : { missing: notPrepared }
}

/** The same, with its images in containerd's store: what Docker 29 does by default, and earlier ones when told so. */
export function findDockerOverContainerd(): Promise<Found> {
  const config = join(mkdtempSync(join(tmpdir(), 'flotilla-config-')), 'daemon.json')
  writeFileSync(config, JSON.stringify({ features: { 'containerd-snapshotter': true } }))
  return findNewerDocker(['--config-file', config])
}

async function started(starting: Promise<TestEngine>): Promise<Found> {
  const engine = await starting
  await importBusybox(engine.endpoint)
  return { engine }
}
