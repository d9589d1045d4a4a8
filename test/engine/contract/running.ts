import { describe, expect, test } from 'vitest'
import type { LogLine } from '../../../main/engine/model.ts'
import type { StatsReading } from '../../../shared/rules/stats.ts'
import { type EngineWorld, until } from '../../support/engine-world.ts'

/** A container that runs: its files, commands and output. */
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

  test('a log is followed line by line from its start, by stream and time, until the container has stopped', async () => {
    const { id } = await start({
      run: { command: ['sh', '-c', 'echo one; sleep 1; echo two >&2; sleep 1; echo three'] },
    })
    const lines: LogLine[] = []
    await engine.followLog(id, null, line => lines.push(line))
    const told = ({ stream, bytes }: LogLine) => `${stream} ${Buffer.from(bytes).toString('utf8')}`
    expect(lines.map(told).sort()).toEqual(['err two', 'out one', 'out three'])
    const from = lines.find(line => told(line) === 'err two')?.time ?? 0n
    const later: LogLine[] = []
    await engine.followLog(id, from, line => later.push(line))
    expect(later.map(told).sort()).toEqual(['err two', 'out three'])
  })

  test('a terminal answers, has the size that it was given, and ends with its code', async () => {
    const { id } = await start()
    const spec = { command: ['sh'], size: { columns: 91, rows: 33 }, environment: [['MINE', 'said']] as const }
    const session = await engine.openExec(id, spec)
    let seen = ''
    session.onData(bytes => {
      seen += Buffer.from(bytes).toString('latin1')
    })
    const ended = new Promise(resolve => session.onEnd(resolve))
    session.write(Buffer.from('stty size; echo $MINE\n'))
    await until(() => seen.includes('33 91') && seen.includes('\nsaid'))
    await session.resize({ columns: 120, rows: 40 })
    session.write(Buffer.from('stty size; exit 7\n'))
    expect(await ended).toMatchObject({ exitCode: 7 })
    expect(seen).toContain('40 120')
  })

  test('a terminal that is closed takes its command with it', async () => {
    const { id } = await start()
    const session = await engine.openExec(id, { command: ['sh'], size: { columns: 80, rows: 24 }, environment: [] })
    session.write(Buffer.from('sleep 999\n'))
    const sleeps = async () => /sleep 999/.test((await engine.exec(id, ['ps', '-o', 'args'])).output)
    await until(sleeps)
    await session.close()
    await until(async () => !(await sleeps()))
  })

  test('what a container uses and runs is told', async () => {
    const { id } = await start()
    const stop = new AbortController()
    const readings: StatsReading[] = []
    await engine.followStats(
      id,
      reading => {
        readings.push(reading)
        stop.abort()
      },
      { signal: stop.signal },
    )
    expect(readings.length).toBeGreaterThan(0)
    const { titles, processes } = await engine.processes(id)
    const command = titles.findIndex(title => /^(CMD|COMMAND)$/.test(title))
    expect(processes.map(words => words[command]).join()).toMatch(/sleep 1000/)
  })
}
