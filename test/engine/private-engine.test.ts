import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removePrivateEngine, startPrivateEngine } from '../../main/hosts/setup/private-engine.ts'
import { until } from '../support/engine-world.ts'

const DOCKER0 = '/sys/class/net/docker0'
const home = mkdtempSync(join(tmpdir(), 'flotilla-private-'))
const isBorrowed = existsSync(DOCKER0)

beforeAll(() => {
  if (!isBorrowed) spawnSync('ip', ['link', 'add', 'docker0', 'type', 'bridge'])
})

afterAll(async () => {
  await removePrivateEngine(home)
  if (!isBorrowed) spawnSync('ip', ['link', 'del', 'docker0'])
  rmSync(home, { recursive: true, force: true })
})

test("a private engine leaves another engine's bridge alone, also when it is started again", async () => {
  const bridge = () => readFileSync(`${DOCKER0}/ifindex`, 'utf8')
  const before = bridge()
  const address = await startPrivateEngine(home)
  expect(bridge()).toBe(before)
  const pid = Number(readFileSync(join(home, 'engine', 'docker.pid'), 'utf8'))
  process.kill(pid, 'SIGTERM')
  await until(async () => !existsSync(`/proc/${pid}`))
  expect(await startPrivateEngine(home)).toBe(address)
  expect(bridge()).toBe(before)
})
