import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCompose } from '../../../../main/hosts/cli/compose-files.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-compose-'))
})
afterEach(() => rm(home, { recursive: true }))

test('a Compose file is sent with the files and variables that it speaks of, and no others', async () => {
  await writeFile(join(home, '.env'), 'TAG=1')
  await writeFile(join(home, 'web.env'), 'A=1')
  await writeFile(join(home, 'api.env'), 'B=1')
  await writeFile(join(home, 'other.env'), 'C=1')
  const yaml = [
    'services:',
    '  web:',
    '    image: web:$TAG',
    '    env_file: ./web.env',
    '  api:',
    '    env_file:',
    '      - path: api.env  # soon',
    '        required: false',
    '      - gone.env',
    '    environment: [SHARED]',
  ].join('\n')
  await writeFile(join(home, 'compose.yaml'), yaml)
  const read = await readCompose(join(home, 'compose.yaml'), { SHARED: 'yes', TAG: '2', SECRET: 'no' })
  expect([read.directory, read.files.map(file => file.path), read.environment]).toEqual([
    home,
    ['.env', './web.env', 'api.env'],
    [
      ['SHARED', 'yes'],
      ['TAG', '2'],
    ],
  ])
})

test('a folder is told as one, with the Compose file in it', async () => {
  const failure = async (path: string) => (await readCompose(path, {}).catch(error => error)).failure
  expect(await failure(home)).toMatchObject({ code: 'bad-input', message: `${home} is a folder` })
  await writeFile(join(home, 'docker-compose.yml'), 'services: {}')
  expect((await failure(home)).hint).toBe(`Its Compose file is ${join(home, 'docker-compose.yml')}`)
  expect(await failure(join(home, 'none'))).toMatchObject({ code: 'not-found' })
})
