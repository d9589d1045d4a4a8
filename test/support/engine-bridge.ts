import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A bridge and a range of addresses that one test engine has to itself. */
export interface Network {
  /** Of the range `10.N.0.0/16`. */
  readonly number: number
  readonly bridge: string
  release(): void
}

/** Claims `10.N.0.0/16` by making the bridge `flotN`: the kernel lets only one succeed. Its alias says whose it is. */
export function claimNetwork(): Network {
  removeStaleBridges()
  const first = 160 + (process.pid % 60)
  for (let at = 0; at < 60; at++) {
    const number = 160 + ((first + at - 160) % 60)
    const bridge = `flot${number}`
    if (spawnSync('ip', ['link', 'add', bridge, 'type', 'bridge']).status !== 0) continue
    execFileSync('ip', ['link', 'set', bridge, 'alias', `flotilla-test ${process.pid}`])
    execFileSync('ip', ['addr', 'add', `10.${number}.0.1/24`, 'dev', bridge])
    execFileSync('ip', ['link', 'set', bridge, 'up'])
    const range = `10.${number}.0.0/16`
    // Another Docker forwards nothing that it does not know. Ours may talk among themselves.
    const rule = ['FORWARD', '-s', range, '-d', range, '-j', 'ACCEPT']
    spawnSync('iptables', ['-I', ...rule])
    return {
      number,
      bridge,
      release() {
        spawnSync('iptables', ['-D', ...rule])
        removeBridges(number)
      },
    }
  }
  throw new Error('No bridge for a test engine could be made: that needs root and the ip command')
}

function removeStaleBridges(): void {
  for (const name of readdirSync('/sys/class/net')) {
    const number = /^flot(\d+)$/.exec(name)?.[1]
    if (number === undefined) continue
    const owner = /^flotilla-test (\d+)$/.exec(readFileSync(`/sys/class/net/${name}/ifalias`, 'utf8').trim())?.[1]
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue
    const range = `10.${number}.0.0/16`
    spawnSync('iptables', ['-D', 'FORWARD', '-s', range, '-d', range, '-j', 'ACCEPT'])
    removeBridges(Number(number))
  }
}

/** The engine's bridge, and those of networks in its range that it left behind. */
function removeBridges(number: number): void {
  const { stdout } = spawnSync('ip', ['-o', '-4', 'addr', 'show'], { encoding: 'utf8' })
  for (const line of (stdout ?? '').split('\n')) {
    const [, name, address] = /^\d+: (\S+)\s+inet (\S+)/.exec(line) ?? []
    if (name && address?.startsWith(`10.${number}.`)) spawnSync('ip', ['link', 'del', name])
  }
}
