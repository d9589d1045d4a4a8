import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * A newer Debian in a folder, for its newer engines: Docker 26 and Podman 5. Made once with
 * `sudo node test/support/other-system.ts`; tests use it where it is there.
 */
export const otherSystem = process.env.FLOTILLA_TEST_SYSTEM || '/var/cache/flotilla-test/trixie'

const RELEASE = 'trixie'
const PACKAGES = ['podman', 'netavark', 'aardvark-dns', 'catatonit', 'docker.io', 'iptables', 'iproute2', 'procps']

/** Whether that system has the command; false where there is no such system. */
export function otherSystemHas(command: string): boolean {
  return (
    process.getuid?.() === 0 && ['usr/bin', 'usr/sbin'].some(folder => existsSync(join(otherSystem, folder, command)))
  )
}

/** Words that run a command in there. It sees this machine's processes, devices, networks and temporary files. */
export function inOtherSystem(command: string): readonly string[] {
  const steps = [
    // Not by chroot: what enters a container that was started below one gets out of both.
    'mount --bind "$0" "$0"',
    'cd "$0"',
    'for place in proc sys dev tmp; do mount --rbind "/$place" "./$place"; done',
    'mount -t tmpfs run run',
    'pivot_root . mnt',
    'umount -l mnt',
    'exec "$@"',
  ]
  // The mounts are seen by that command alone, and end with it.
  return ['unshare', '-m', 'sh', '-ec', steps.join('\n'), otherSystem, command]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(otherSystem), { recursive: true })
  const args = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, RELEASE, otherSystem]
  process.exitCode = spawnSync('debootstrap', args, { stdio: 'inherit' }).status ?? 1
}
