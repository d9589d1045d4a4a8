import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Name } from '../../shared/model/ids.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { rawCall } from '../support/raw-engine.ts'
import { workerEngine } from '../support/worker-engine.ts'

let world: FleetWorld
let count = 0

/** A secret that no other text holds. */
function secret(): string {
  count += 1
  return `Zq9x${String(count).padStart(2, '0')}Wm4T7k`
}

const run = {
  ...plainRun,
  ports: [{ port: 3000, protocol: 'tcp' as const }],
  entrypoint: ['sh', '-c', `API_TOKEN=${secret()}; CACHE=redis://app:${secret()}@cache:6379; exec "$0" "$@"`],
  command: [
    'sh',
    '-c',
    `PASS=${secret()}; DB='Server=db;Uid=sa;Pwd=${secret()};' exec httpd -f -p 3000 -h /www`,
    `--password=${secret()}`,
    '--requirepass',
    secret(),
    `--dsn=postgres://app:${secret()}@db/app`,
    '--api-key',
    secret(),
  ],
  environment: [
    ['ADO', `Server=db;User Id=sa;Pwd=${secret()};Encrypt=true`],
    ['AUTH_HEADER', `Bearer ${secret()}${secret()}`],
    ['DATABASE_URL', `mysql://root:${secret()}@db/app`],
    ['DB_PASSWORD', secret()],
    ['JDBC', `jdbc:sqlserver://db;user=sa;password=${secret()}`],
    ['SECRET_KEY_BASE', secret()],
  ] as [string, string][],
  labels: [
    ['app.password', secret()],
    ['app.token', secret()],
    ['proxy.url', `https://user:${secret()}@proxy.example`],
  ] as [string, string][],
  healthcheck: {
    test: ['CMD-SHELL', `TOKEN=${secret()} wget -q -O- --password=${secret()} http://127.0.0.1:3000/ || true`],
    intervalMs: 1_000,
    timeoutMs: 1_000,
    startPeriodMs: 0,
    retries: 3,
  },
}

beforeAll(async () => {
  world = await fleetWorld()
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const name = `${world.name}-src-web`
  const { id } = await world.engine.createContainer({
    name,
    imageId,
    run,
    labels: [],
    network: null,
    publish: true,
    init: true,
  })
  await world.engine.startContainer(id)
  await world.engine.exec(id, ['sh', '-c', 'echo kept > /www/file'])
  await world.api().call('fleet.adopt', { name: world.name, services: [{ name: 'web', containers: [name] }] })
  await world.api().call('snapshot.take', { fleet: world.name })
})

afterAll(() => world?.close())

test('no image of a snapshot tells a secret, in its configuration, its history or as it is saved', async () => {
  expect(count).toBeGreaterThanOrEqual(20)
  const images = await world.engine.listImages({ labels: [`flotilla.fleet=${world.name}`] })
  expect(images.length).toBeGreaterThanOrEqual(2)
  for (const { id } of images) {
    const parts = ['get', 'json', 'history'].map(what => rawCall(workerEngine(), 'GET', `/images/${id}/${what}`))
    const told = Buffer.concat(await Promise.all(parts)).toString('latin1')
    expect(told.match(/Zq9x\d\dWm4T7k/g) ?? []).toEqual([])
  }
})

test('a launch gives every secret back to the container', async () => {
  await world.api().call('set.launch', { fleet: world.name, version: 'v1' })
  const [set] = await world.api().call('set.list', { fleet: world.name })
  const launched = await world.engine.inspectContainer(set?.containers[0]?.id ?? '')
  const { entrypoint, command, healthcheck } = launched.run
  expect({ entrypoint, command, healthcheck }).toEqual({
    entrypoint: run.entrypoint,
    command: run.command,
    healthcheck: run.healthcheck,
  })
  expect(launched.run.environment).toEqual(expect.arrayContaining(run.environment))
  expect(launched.run.labels).toEqual(expect.arrayContaining(run.labels))
  expect(await world.engine.exec(launched.id, ['cat', '/www/file'])).toMatchObject({ output: 'kept\n' })
})

test('a key that a container wrote is told before a snapshot, never its content, and can be left out of it', async () => {
  const name = `${world.name}-src-web`
  const key = ['-----BEGIN OPENSSH PRIV', 'ATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n'].join('')
  const write = `mkdir -p /root/.ssh && printf '${key}' > /root/.ssh/id_rsa && echo more > /www/more && rm /etc/passwd`
  await world.engine.exec(name, ['sh', '-c', write])
  const input = { fleet: world.name, from: 'source' as const }
  const planned = await world.api().call('snapshot.plan', input)
  expect(planned.secrets).toEqual([
    { service: 'web', path: '/root/.ssh/id_rsa', kind: 'SSH private key', inImage: false },
  ])
  expect(JSON.stringify(planned)).not.toContain('MIIEvQ')

  const leaveOut = [{ service: 'web' as Name, path: '/root/.ssh' }]
  expect((await world.api().call('snapshot.plan', { ...input, leaveOut })).secrets).toEqual([])
  const { snapshot } = await world.api().call('snapshot.take', { ...input, leaveOut })
  expect(snapshot.leftOut).toContainEqual(
    expect.objectContaining({ service: 'web', kind: 'path', target: '/root/.ssh' }),
  )
  const saved = await rawCall(workerEngine(), 'GET', `/images/${snapshot.services[0]?.imageId}/get`)
  expect(saved.toString('latin1').match(/id_rsa|MIIEvQ/g)).toBe(null)

  await world.api().call('set.launch', { fleet: world.name, version: snapshot.version })
  const sets = await world.api().call('set.list', { fleet: world.name })
  const copy = sets.find(set => set.version === snapshot.version)?.containers[0]?.id ?? ''
  const { output } = await world.engine.exec(copy, ['sh', '-c', 'cat /www/more; ls -A /root /etc'])
  expect(output).toContain('more\n')
  expect(output).not.toMatch(/passwd|ssh/)
  expect(await world.engine.exec(name, ['ls', '/root/.ssh'])).toMatchObject({ output: 'id_rsa\n' })
})

test('what comes with the image cannot be left out, and where it stays is said', async () => {
  const refused = world.api().call('snapshot.take', {
    fleet: world.name,
    from: 'source',
    leaveOut: [{ path: '/bin/busybox' }],
  })
  const { id } = await world.engine.inspectImage(busyboxImage)
  await expect(refused).rejects.toMatchObject({ failure: { code: 'bad-input', message: expect.stringContaining(id) } })
})

test('a plan can be cancelled while it looks for secrets', async () => {
  const abort = new AbortController()
  const planning = world.api().call(
    'snapshot.plan',
    { fleet: world.name, from: 'source' },
    {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    },
  )
  await expect(planning).rejects.toMatchObject({ failure: { code: 'cancelled' } })
})
