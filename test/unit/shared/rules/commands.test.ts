import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandText, launchCommands, removalCommands } from '../../../../shared/rules/commands.ts'
import type { LaunchPlan } from '../../../../shared/rules/launch-plan.ts'
import { runConfig } from '../../../support/run-config.ts'

test('a launch reads as the docker commands that it amounts to', () => {
  const run = runConfig({
    entrypoint: ['/entry', '--first'],
    command: ['serve', 'all of it'],
    environment: [
      ['A', "it's"],
      ['PASSWORD', '{{secret:0123456789abcdef}}'],
      ['PLAIN_TOKEN', 'hunter2'],
    ],
    ports: [
      { port: 80, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
    ],
    mounts: [
      { kind: 'volume', source: 'data', target: '/data', readOnly: true },
      { kind: 'tmpfs', source: '', target: '/run', readOnly: false },
      { kind: 'volume', source: '', target: '/anonymous', readOnly: false },
    ],
    restart: { policy: 'on-failure', retries: 3 },
    limits: { memoryBytes: 1024, nanoCpus: 5e8, pids: 0, shmBytes: 0 },
    healthcheck: { test: ['CMD', 'curl', 'a b'], intervalMs: 5000, timeoutMs: 0, startPeriodMs: 0, retries: 2 },
    capAdd: ['NET_ADMIN'],
  })
  const plan = {
    network: 'shop-1',
    attach: [{ name: 'db', container: 'shop-db' }],
    containers: [{ name: 'shop-1-web-1', service: 'web', imageId: 'sha256:aa', run, publish: [80] }],
  } as unknown as LaunchPlan
  expect(launchCommands(plan)).toEqual([
    'docker network create shop-1',
    'docker network connect --alias db shop-1 shop-db',
    "docker run -d --init --name shop-1-web-1 --network shop-1 --network-alias web -p 127.0.0.1::80 -e 'A=it'\\''s' -e 'PASSWORD=••••••0123' " +
      "-e 'PLAIN_TOKEN=••••••' -v data:/data:ro --tmpfs /run -v /anonymous " +
      "--restart on-failure:3 --memory 1024 --cpus 0.5 --health-cmd 'curl '\\''a b'\\''' --health-interval 5000ms --health-retries 2 " +
      "--cap-add NET_ADMIN --entrypoint /entry sha256:aa --first serve 'all of it'",
  ])
})

test('a removal names every container and the network', () => {
  expect(removalCommands({ network: 'shop-1', containers: [{ name: 'a' }, { name: 'b' }] })).toEqual([
    'docker rm -f -v a b',
    'docker network rm shop-1',
  ])
  expect(removalCommands({ network: 'shop-1', containers: [] })).toEqual(['docker network rm shop-1'])
})

test('a shell reads back exactly the words, and a terminal sees no control characters', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\u0000')),
    fc.constantFrom("it's", '$HOME', '`id`', 'a\nb', '\u001b[31m', '\u202e', '\\', '!', '', '~', '*', '-', "'\u0007'"),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), words => {
      const text = commandText(words)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tried
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      const script = `for word in ${text}; do printf '%s\\0' "$word"; done`
      const read = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } })
      expect(read.split('\u0000').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 60 },
  )
})
