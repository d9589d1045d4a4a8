import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
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

/** The root file system: needs Debian's busybox-static, since there is no C library in it. */
export function busyboxTar(): Promise<Buffer> {
  const tar = pack()
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean)
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync('/bin/busybox'))
  for (const applet of applets.filter(name => name !== 'busybox')) {
    tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  }
  for (const name of ['etc', 'tmp', 'data', 'www']) tar.entry({ name, type: 'directory', mode: 0o1777 })
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n')
  tar.entry({ name: 'etc/group' }, 'root:x:0:\nnogroup:x:65534:\n')
  tar.finalize()
  return buffer(tar)
}
