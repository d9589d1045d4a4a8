import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  answering,
  end,
  killQuietly,
  launchDaemon,
  ownDirectory,
  removeDirectory,
  removeStaleEngines,
  type TestEngine,
} from './daemon.ts'
import { claimNetwork, type Network } from './engine-bridge.ts'
import { removeContents } from './raw-engine.ts'

/**
 * Podman's service with storage, networks and settings of its own. `command` becomes `podman`: that of another system,
 * it may be.
 */
export async function startPodman(command: readonly string[]): Promise<TestEngine> {
  removeStaleEngines()
  const dir = ownDirectory('podman')
  const network = claimNetwork()
  writeSettings(dir, network)
  const own = ['--tmpdir', `${dir}/tmp`, '--volumepath', `${dir}/volumes`, '--network-config-dir', `${dir}/networks`]
  const endpoint = `unix://${dir}/engine.sock`
  const daemon = launchDaemon(dir, [...command, ...own, 'system', 'service', '--time=0', endpoint], {
    CONTAINERS_CONF: join(dir, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
    PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
  })
  const release = async () => {
    await end(daemon)
    endMonitors(dir)
    network.release()
    removeDirectory(dir)
  }
  try {
    await answering(dir, daemon)
  } catch (error) {
    await release()
    throw error
  }
  return {
    endpoint,
    async stop() {
      await removeContents(endpoint)
      await release()
    },
  }
}

function writeSettings(dir: string, { number, bridge }: Network): void {
  const pools = `[{ base = "10.${number}.128.0/17", size = 24 }]`
  const settings = [
    ...['[network]', 'network_backend = "netavark"', 'firewall_driver = "iptables"', `default_subnet_pools = ${pools}`],
    ...['[engine]', 'cgroup_manager = "cgroupfs"', 'runtime = "runc"', 'events_logger = "file"'],
    // Its own default is more than a sandboxed machine may grant.
    ...['[containers]', `default_ulimits = ["nofile=${mostFiles()}", "nproc=4096:4096"]`],
  ]
  writeFileSync(join(dir, 'containers.conf'), `${settings.join('\n')}\n`)
  const storage = ['[storage]', 'driver = "overlay"', `graphroot = "${dir}/root"`, `runroot = "${dir}/run"`]
  writeFileSync(join(dir, 'storage.conf'), `${storage.join('\n')}\n`)
  mkdirSync(join(dir, 'networks'))
  // Else it would share `podman0` and its addresses with a Podman that is in use.
  const usual = {
    name: 'podman',
    id: '2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9',
    driver: 'bridge',
    network_interface: bridge,
    subnets: [{ subnet: `10.${number}.0.0/24`, gateway: `10.${number}.0.1` }],
    ipam_options: { driver: 'host-local' },
  }
  writeFileSync(join(dir, 'networks', 'podman.json'), JSON.stringify(usual))
}

function mostFiles(): string {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })
  const most = /^\d+$/.test(stdout.trim()) ? stdout.trim() : '4096'
  return `${most}:${most}`
}

/** Each command in a container leaves one behind, which would start Podman once more five minutes later. */
function endMonitors(dir: string): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (commandOf(pid).some(word => word.startsWith(`${dir}/`))) killQuietly(Number(pid))
  }
}

function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    // The process has ended since.
    return []
  }
}
