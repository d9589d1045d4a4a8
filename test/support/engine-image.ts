import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tarOf } from '../../main/archive/tar.ts'
import { openEngine } from '../../main/engine/open-engine.ts'

/** The one image that engine tests build on: a static busybox and its links, `sh` as its command. */
export const busyboxImage = 'flotilla-test/busybox:1'

export async function importBusybox(endpoint: string): Promise<string> {
  const engine = openEngine({ endpoint, home: '/nowhere', environment: {}, log: () => {} })
  try {
    const changes = ['ENV PATH=/bin', 'CMD ["sh"]']
    return (await engine.importImage(await busyboxTar(), busyboxImage, changes)).imageId
  } finally {
    engine.close()
  }
}

export async function removeBusybox(endpoint: string): Promise<void> {
  const engine = openEngine({ endpoint, home: '/nowhere', environment: {}, log: () => {} })
  await engine.removeImage(busyboxImage).finally(engine.close)
}

/** The root file system: needs Debian's busybox-static, since there is no C library in it. */
export function busyboxTar(): Promise<Buffer> {
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean)
  return tarOf([
    ['bin/busybox', readFileSync('/bin/busybox'), 0o755],
    ...applets.filter(name => name !== 'busybox').map(name => [`bin/${name}`, { linkTo: 'busybox' }] as const),
    ...['etc/', 'tmp/', 'data/', 'www/'].map(name => [name, '', 0o1777] as const),
    ['etc/passwd', 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'],
    ['etc/group', 'root:x:0:\nnogroup:x:65534:\n'],
  ])
}
