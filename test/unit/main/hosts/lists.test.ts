import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlServer, listenControl } from '../../../../main/api/control.ts'
import { runLine } from '../../../support/command-line.ts'
import { createFakeApp } from '../../../support/fake-app.ts'

let home: string
let control: ControlServer

/** Fleets on two endpoints; on a third another engine answers, and a fourth is disconnected. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-lists-'))
  const app = createFakeApp({ scenario: 'endpoints', stepMs: 1 })
  control = await listenControl(home, port => app.serve(port))
})
afterEach(async () => {
  await control.close()
  await rm(home, { recursive: true })
})

const flotilla = (line: string) => runLine(line, { home, answers: [], environment: {} })

async function json(line: string): Promise<any> {
  const { code, out, notes } = await flotilla(`${line} --json`)
  expect([code, notes]).toEqual([0, ''])
  return JSON.parse(out)
}

test('a list of all endpoints has a column that tells the endpoint, and says who does not answer', async () => {
  for (const [command, row] of [
    ['container list', /^default +shop-7-web-1 /m],
    ['image list', /^lab +node:24-alpine /m],
    ['volume list', /^lab +old_uploads /m],
    ['network list', /^lab +bridge /m],
  ] as const) {
    const { code, out, notes } = await flotilla(`${command} --all-endpoints`)
    expect([code, out.split('\n')[0]]).toEqual([0, expect.stringMatching(/^ENDPOINT +/)])
    expect(out).toMatch(row)
    expect(notes).toMatch(/^edge is not listed: Another engine answers/m)
    // An endpoint that was disconnected by hand is missed by nobody.
    expect(notes).not.toContain('podman')
  }
})

test('a list of all endpoints is for scripts one document with the rows, and the endpoints that are missing in it', async () => {
  const { rows, unreachable } = await json('volume list --all-endpoints')
  const uploads = rows.filter((row: any) => row.name === 'old_uploads')
  expect(uploads.map((row: any) => row.endpoint)).toEqual(['default', 'lab'])
  expect(unreachable).toMatchObject([{ endpoint: 'edge', failure: { code: 'conflict' } }])
  expect(await json('volume list')).toHaveLength(5)
})

test('a list of all endpoints is not one of a single endpoint, and with one endpoint has no column for it', async () => {
  expect(JSON.parse((await flotilla('image list --all-endpoints --on lab --json')).notes)).toMatchObject({
    code: 'bad-input',
  })
  await json('endpoint disconnect lab')
  await json('endpoint disconnect edge')
  expect((await flotilla('image list --all-endpoints')).out).toMatch(/^TAGS /)
})
