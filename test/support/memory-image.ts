import { tarOf } from '../../main/archive/tar.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { busyboxImage } from './engine-image.ts'
import { type MemoryDaemon, startMemoryDaemon } from './memory-daemon/daemon.ts'
import { appletNames } from './memory-daemon/programs.ts'

/** Stands for the program: the memory daemon knows it by its name, and that it is not small. */
const busybox = Buffer.alloc(1_100_000, 'busybox')

/** A memory daemon with the image that engine tests build on. */
export async function memoryEngine(): Promise<MemoryDaemon> {
  const daemon = await startMemoryDaemon()
  const engine = openEngine({ endpoint: daemon.endpoint, home: '/nowhere', environment: {}, log: () => {} })
  const tar = await tarOf([
    ['bin/busybox', busybox, 0o755],
    ...appletNames.map(name => [`bin/${name}`, { linkTo: 'busybox' }] as const),
    ...['etc/', 'tmp/', 'data/', 'www/'].map(name => [name, '', 0o1777] as const),
    ['etc/passwd', 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'],
    ['etc/group', 'root:x:0:\nnogroup:x:65534:\n'],
  ])
  try {
    await engine.importImage(tar, busyboxImage, ['ENV PATH=/bin', 'CMD ["sh"]'])
  } finally {
    engine.close()
  }
  return daemon
}
