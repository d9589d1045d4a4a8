import { expect, test } from 'vitest'
import { maskJson } from '../../../../shared/rules/secrets-shown.ts'

test('an inspection is masked wherever a secret stands in it', () => {
  const raw = JSON.parse(`{
    "Config": {
      "Env": ["PATH=/bin", "DB_PASSWORD=hunter2", "URL=http://ada:s3cret99@db/x=1"],
      "Cmd": ["redis-server", "--requirepass", "open5esame"],
      "Labels": { "api.token": "abc123def", "__proto__": "kept", "note": "\\u001b[31mred" }
    },
    "Args": ["--port", "80"],
    "State": { "Health": { "Log": [{ "Output": "Authorization: Bearer abcDEF123456789" }] } },
    "Memory": 42, "Nothing": null
  }`)
  const text = JSON.stringify(maskJson(raw))
  for (const secret of ['hunter2', 's3cret99', 'open5esame', 'abc123def', 'abcDEF123456789']) {
    expect(text).not.toContain(secret)
  }
  const masked = JSON.parse(text)
  expect(masked.Config.Env[0]).toBe('PATH=/bin')
  expect(Object.keys(masked.Config.Labels)).toContain('__proto__')
  expect([masked.Config.Labels.note, masked.Args, masked.Memory, masked.Nothing]).toEqual([
    '\u001b[31mred',
    ['--port', '80'],
    42,
    null,
  ])
})

test('two variables of an environment are no name and its value', () => {
  const environment = { Env: ['DB_PASSWORD=hunter2-hunter2', 'PATH=/bin'], pairs: [['DB_PASSWORD', 'hunter2-hunter2']] }
  expect(JSON.stringify(maskJson(environment))).not.toContain('hunter2')
  expect(maskJson(environment)).toMatchObject({ Env: [expect.stringMatching(/^DB_PASSWORD=•+$/), 'PATH=/bin'] })
})
