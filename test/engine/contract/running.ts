import { describe, expect, test } from 'vitest'
import { type EngineWorld, until } from '../../support/engine-world.ts'

/** What happens in a container that runs: its files, commands and words. */
export function runningContract({ engine, create, start }: EngineWorld): void {
  test('changes tell what was added, changed and deleted', async () => {
    const mounts = [{ kind: 'tmpfs' as const, source: '', target: '/var/cache/hot', readOnly: false }]
    const { id } = await start({ run: { mounts } })
    expect(await engine.changes(id)).toEqual([])
    await engine.exec(id, ['sh', '-c', 'echo x > /www/new; rm /etc/group'])
    const changes = [...(await engine.changes(id))].sort((a, b) => (a.path < b.path ? -1 : 1))
    expect(changes).toEqual([
      { path: '/etc', kind: 'changed' },
      { path: '/etc/group', kind: 'deleted' },
      { path: '/www', kind: 'changed' },
      { path: '/www/new', kind: 'added' },
    ])
  })

  describe('exec', () => {
    test('gives the exit code and both streams', async () => {
      const { id } = await start()
      const command = ['sh', '-c', 'echo out; echo err >&2; exit 7']
      const { exitCode, output } = await engine.exec(id, command)
      expect({ exitCode, lines: output.split('\n').sort() }).toEqual({ exitCode: 7, lines: ['', 'err', 'out'] })
    })

    test('keeps no more output than it is allowed to, and still knows how it ended', async () => {
      const { id } = await start()
      const command = ['sh', '-c', 'dd if=/dev/zero bs=1024 count=3000 2>/dev/null; exit 5']
      const { exitCode, output } = await engine.exec(id, command, { maxBytes: 1000 })
      expect([exitCode, output.length]).toEqual([5, 1000])
    })

    test('says why a command cannot run', async () => {
      const { id } = await start()
      const { exitCode, output } = await engine.exec(id, ['not-there'])
      expect([[126, 127].includes(exitCode), /not found/.test(output)]).toEqual([true, true])
    })

    test('settles at its deadline, and when it is cancelled', async () => {
      const { id } = await start()
      const late = engine.exec(id, ['sleep', '100'], { deadlineMs: 300 })
      await expect(late).rejects.toMatchObject({ failure: { code: 'timeout' } })
      const cancel = new AbortController()
      const cancelled = engine.exec(id, ['sleep', '100'], { signal: cancel.signal })
      setTimeout(() => cancel.abort(), 200)
      await expect(cancelled).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    })

    test('in a container that does not run is a conflict', async () => {
      const { id } = await create()
      await expect(engine.exec(id, ['true'])).rejects.toMatchObject({ failure: { code: 'conflict' } })
    })
  })

  describe('the tail of a log', () => {
    test('is its last lines, of both streams', async () => {
      const { id } = await start({
        run: { command: ['sh', '-c', 'for i in 1 2 3 4; do echo $i; done; echo e >&2; sleep 100'] },
      })
      await until(async () => (await engine.tail(id, 100)).includes('e'))
      expect((await engine.tail(id, 2)).split('\n').filter(Boolean).length).toBe(2)
    })

    test('is raw where there is a terminal', async () => {
      const { id } = await start({ run: { tty: true, command: ['sh', '-c', 'echo héllo; sleep 100'] } })
      expect(await until(async () => (await engine.tail(id, 10)) || undefined)).toBe('héllo\r\n')
    })
  })
}
