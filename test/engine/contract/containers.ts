import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { isPortTaken } from '../../../shared/rules/host-ports.ts'
import { type EngineWorld, until } from '../../support/engine-world.ts'
import { freePort } from '../../support/free-port.ts'
import { runConfig } from '../../support/run-config.ts'
import { alwaysWell } from './health.ts'

/** How containers are made, live, are told of and go. */
export function containerContract({ engine, name, create, start, label, filter }: EngineWorld): void {
  test('what was created is read back as it was said', async () => {
    await engine.createVolume({ name: `${label[1]}-vol`, labels: [label] })
    const run = runConfig({
      entrypoint: ['sleep'],
      command: ['1000'],
      environment: [
        ['A', '1=2'],
        ['EMPTY', ''],
        ['PATH', '/bin'],
      ],
      labels: [
        ['__proto__', 'kept'],
        ['constructor', '<script>'],
      ],
      workingDir: '/tmp',
      user: 'nobody',
      hostname: 'porthole',
      ports: [
        { port: 53, protocol: 'udp' },
        { port: 80, protocol: 'tcp' },
      ],
      mounts: [
        { kind: 'volume', source: `${label[1]}-vol`, target: '/data', readOnly: true },
        { kind: 'bind', source: '/tmp', target: '/host', readOnly: false },
        { kind: 'tmpfs', source: '', target: '/scratch', readOnly: false },
      ].sort((a, b) => (a.target < b.target ? -1 : 1)) as never,
      healthcheck: { test: ['CMD', 'true'], intervalMs: 1500, timeoutMs: 250, startPeriodMs: 0, retries: 3 },
      restart: { policy: 'on-failure', retries: 2 },
      limits: { memoryBytes: 64 * 1024 * 1024, nanoCpus: 500_000_000, pids: 50, shmBytes: 1024 * 1024 },
      stopSignal: 'SIGINT',
      stopGraceMs: 3000,
      tty: true,
      stdin: true,
      readOnlyRoot: true,
      capAdd: ['NET_ADMIN', 'SYS_TIME'],
      capDrop: ['CHOWN'],
      securityOptions: ['no-new-privileges'],
      extraHosts: ['a.test:10.0.0.1', 'b.test:10.0.0.2'],
      dns: ['9.9.9.9', '1.1.1.1'],
      groups: ['100', '7'],
      sysctls: [['net.ipv4.ip_unprivileged_port_start', '0']],
      ulimits: [{ name: 'nofile', soft: 1000, hard: 2000 }],
      devices: [{ host: '/dev/null', container: '/dev/nothing', permissions: 'rw' }],
    })
    const { id } = await create({ run, publish: true })
    const detail = await engine.inspectContainer(id)
    const labels = [...run.labels, label].sort(([a], [b]) => (a < b ? -1 : 1))
    expect(detail.run).toEqual({ ...run, labels })
  })

  test('an entrypoint of the image can be cleared, and is read back as cleared', async () => {
    const { id: source } = await create({ run: { entrypoint: ['echo', 'from the image'], command: ['at all'] } })
    const { imageId } = await engine.commit({
      containerId: source,
      labels: [label],
      blank: [],
      pause: true,
      comment: '',
    })
    const { id } = await start({ imageId, run: { entrypoint: [], command: ['echo', 'mine'] } })
    await until(async () => (await engine.inspectContainer(id)).state === 'exited')
    const { run } = await engine.inspectContainer(id)
    expect([run.entrypoint, run.command, await engine.tail(id, 1)]).toEqual([[], ['echo', 'mine'], 'mine\n'])
    const { id: inheriting } = await create({ imageId })
    expect((await engine.inspectContainer(inheriting)).run.entrypoint).toEqual(['echo', 'from the image'])
  })

  test('a plain container is read back as plain as it was said', async () => {
    const { id } = await create({ run: { labels: [] } })
    const { run } = await engine.inspectContainer(id)
    expect(run).toEqual(
      runConfig({ command: ['sleep', '1000'], environment: [['PATH', '/bin']], labels: [[...label]] }),
    )
  })

  test('a privileged container is read back as one', async () => {
    const { id } = await create({ run: { privileged: true } })
    expect((await engine.inspectContainer(id)).run).toMatchObject({ privileged: true, securityOptions: [] })
  })

  describe('the life of a container', () => {
    test('start and stop are done when they were done already', async () => {
      const { id } = await create()
      await engine.startContainer(id)
      await engine.startContainer(id)
      expect(await engine.inspectContainer(id)).toMatchObject({ state: 'running', health: 'none' })
      await engine.stopContainer(id, 5000)
      await engine.stopContainer(id, 5000)
      expect(await engine.inspectContainer(id)).toMatchObject({ state: 'exited', exitCode: 143 })
      await engine.removeContainer(id, false)
      await engine.removeContainer(id, false)
      await engine.stopContainer(id, 5000)
      await expect(engine.inspectContainer(id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    })

    test('anonymous volumes outlive their container unless they are to go with it', async () => {
      const mounts = [{ kind: 'volume' as const, source: '', target: '/data', readOnly: false }]
      const remove = async (options: { volumes?: boolean }) => {
        const { id } = await create({ run: { mounts } })
        const volume = (await engine.inspectContainer(id)).run.mounts[0]?.source ?? ''
        await engine.removeContainer(id, true, options)
        const isLeft = (await engine.volumeRows()).some(({ name }) => name === volume)
        if (isLeft) await engine.removeVolume(volume)
        return isLeft
      }
      expect([await remove({}), await remove({ volumes: true })]).toEqual([true, false])
    })

    test('one that runs is not removed unless it is forced', async () => {
      const { id } = await start()
      await expect(engine.removeContainer(id, false)).rejects.toMatchObject({ failure: { code: 'conflict' } })
      await engine.removeContainer(id, true)
      const left = await engine.listContainers({ ...filter, all: true })
      expect(left.map(container => container.id)).not.toContain(id)
    })

    test('removals side by side all end well', async () => {
      const { id } = await start()
      await Promise.all([1, 2, 3].map(() => engine.removeContainer(id, true)))
      await expect(engine.inspectContainer(id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    })

    test('a taken name is a conflict that names the holder', async () => {
      const taken = await create()
      const failure = { code: 'conflict', message: expect.stringContaining(taken.id) }
      await expect(create({ name: taken.name })).rejects.toMatchObject({ failure })
    })

    test('a container is renamed', async () => {
      const { id } = await create()
      const other = name()
      await engine.renameContainer(id, other)
      expect((await engine.inspectContainer(id)).name).toBe(other)
    })

    test('an unknown image is not found', async () => {
      const imageId = `sha256:${'0'.repeat(64)}`
      await expect(create({ imageId })).rejects.toMatchObject({ failure: { code: 'not-found' } })
    })

    test('names that would leave their place in the path never reach the engine', async () => {
      for (const id of ['', '../images/x', 'a/b', 'a?force=1', 'a%2fb', '\0', 'é']) {
        await expect(engine.inspectContainer(id)).rejects.toMatchObject({ failure: { code: 'bad-input' } })
      }
    })
  })

  test('a list tells names, state, published ports and labels', async () => {
    const hostile = ['__proto__', '\u001b[31m<b>\u202e'] as const
    const { id, name } = await start({
      run: { ports: [{ port: 80, protocol: 'tcp' }] },
      publish: true,
      labels: [hostile],
    })
    const [row] = await engine.listContainers({ labels: [...filter.labels, `__proto__=${hostile[1]}`], all: false })
    expect(row).toMatchObject({ id, name, state: 'running', health: 'none', volumes: [] })
    expect(row?.labels).toEqual(new Map([label, hostile]))
    expect(row?.ports).toEqual([{ port: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: expect.any(Number) }])
    expect((await engine.inspectContainer(id)).ports).toEqual(row?.ports)
  })

  test('a host port of our own stays through a restart, and is known before the container starts', async () => {
    const hostPort = await freePort()
    const ports = [80, 81].map(port => ({ port, protocol: 'tcp' as const }))
    const { id } = await create({ run: { ports }, publish: [{ port: 80, hostPort }] })
    expect(await engine.hostPorts()).toContain(hostPort)
    await engine.startContainer(id)
    await engine.restartContainer(id, 0)
    const { ports: seen, run } = await engine.inspectContainer(id)
    expect(seen.filter(port => port.hostPort !== null)).toEqual([
      { port: 80, protocol: 'tcp', host: '127.0.0.1', hostPort },
    ])
    expect(run.ports).toEqual(ports)
  })

  test('a host port that another program has is refused as taken', async () => {
    const hostPort = await freePort()
    const program = createServer()
    await new Promise<void>(resolve => program.listen(hostPort, '127.0.0.1', resolve))
    const { id } = await create({
      run: { ports: [{ port: 80, protocol: 'tcp' }] },
      publish: [{ port: 80, hostPort }],
    })
    const refusal = await engine.startContainer(id).catch(error => error)
    expect(refusal).toMatchObject({ failure: { code: 'conflict' } })
    expect(isPortTaken(refusal.failure.message)).toBe(true)
    program.close()
  })

  test('health is told by list and inspection alike', async () => {
    const { id } = await start({ run: { healthcheck: alwaysWell }, labels: [['sick', 'no']] })
    await until(async () => {
      return (await engine.inspectContainer(id)).health === 'healthy'
    })
    const [row] = await engine.listContainers({ labels: [...filter.labels, 'sick=no'], all: true })
    expect(row?.health).toBe('healthy')
  })

  test('a container is restarted, paused, killed, and tells how it fared', async () => {
    const { id } = await start()
    const before = await engine.inspectContainer(id)
    await engine.restartContainer(id, 0)
    expect((await engine.inspectContainer(id)).startedAt).not.toBe(before.startedAt)
    await engine.pauseContainer(id)
    expect((await engine.inspectContainer(id)).state).toBe('paused')
    await engine.unpauseContainer(id)
    await engine.killContainer(id)
    await until(async () => (await engine.inspectContainer(id)).state === 'exited')
    await expect(engine.killContainer(id)).rejects.toMatchObject({ failure: { code: 'conflict' } })
    expect(await engine.containerStory(id)).toMatchObject({ exitCode: 137, finishedAt: expect.any(Number) })
  })

  test('one that is not paused does not go on', async () => {
    const { id } = await start()
    const failure = { message: expect.stringMatching(/not paused|not.*pause/) }
    await expect(engine.unpauseContainer(id)).rejects.toMatchObject({ failure })
  })
}
