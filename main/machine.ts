import { lookup } from 'node:dns/promises'
import { existsSync, readFileSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import type { HostPath } from '../shared/rules/mount-drift.ts'
import type { Machine } from './fleet/machine.ts'
import { localFiles } from './store/local-file.ts'

/** The machine that this process runs on. */
export const machine: Machine = {
  files: localFiles,
  hostPath,
  busybox: findBusybox,
  async resolveName(hostname) {
    const found = await lookup(hostname, { all: true })
    return found.map(({ address }) => address)
  },
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  },
}

async function hostPath(path: string): Promise<HostPath | null | undefined> {
  return stat(path).then(
    ({ ino, birthtimeMs }) => ({ inode: ino, bornAt: birthtimeMs }),
    error => (['ENOENT', 'ENOTDIR'].includes(error?.code) ? null : undefined),
  )
}

/** A busybox that needs no library of this machine: an ELF file without an interpreter. */
function findBusybox(): Uint8Array | null {
  for (const path of ['/bin/busybox', '/usr/bin/busybox', '/usr/lib/busybox/bin/busybox']) {
    if (!existsSync(path)) continue
    const bytes = readFileSync(path)
    if (isStaticElf(bytes)) return bytes
  }
  return null
}

/** ELF64, little endian: no program header of type PT_INTERP (3). */
function isStaticElf(bytes: Buffer): boolean {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return false
  const offset = Number(bytes.readBigUInt64LE(32))
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)]
  return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(offset + index * size)).every(
    type => type !== 3,
  )
}
