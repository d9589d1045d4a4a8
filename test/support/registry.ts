import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './engine-world.ts'
import { freePort } from './free-port.ts'

/** The user of a registry that asks for a login. The hash is `htpasswd -Bbn ada secret-of-ada`. */
export const registryUser = { name: 'ada', password: 'secret-of-ada' }
const htpasswd = 'ada:$2y$04$BjzlKK/ZgEZDzx37P1lh/uBYaWf5JIM8ovTjE/sP8ZrMmHNrK6TNy\n'

/** A registry on loopback, Debian's docker-registry: for everybody, or for those with a password. */
export async function startRegistry({ asks }: { readonly asks: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-registry-'))
  const port = await freePort()
  writeFileSync(join(folder, 'htpasswd'), htpasswd)
  const auth = asks ? `auth:\n  htpasswd:\n    realm: tests\n    path: ${folder}/htpasswd\n` : ''
  writeFileSync(
    join(folder, 'config.yml'),
    `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${folder}/data\nhttp:\n  addr: 127.0.0.1:${port}\n${auth}`,
  )
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  await until(() => answers(port))
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const asked = request({ host: '127.0.0.1', port, path: '/v2/', agent: false }, answer => {
      answer.resume()
      resolve(true)
    })
    asked.on('error', () => resolve(false))
    asked.end()
  })
}
