import { expect, test } from 'vitest'
import { completeRun, type ImageRun, ownRun } from '../../../../shared/rules/complete-run.ts'
import { runConfig } from '../../../support/run-config.ts'

const image: ImageRun = {
  labels: new Map([
    ['maker', 'me'],
    ['com.docker.compose.project', 'old'],
  ]),
  config: {
    entrypoint: ['/entry'],
    command: ['serve'],
    environment: [
      ['PATH', '/bin'],
      ['LEVEL', 'info'],
    ],
    workingDir: '/app',
    user: 'app',
    exposedPorts: [{ port: 80, protocol: 'tcp' }],
    healthcheck: { test: ['CMD', 'ok'], intervalMs: 1000, timeoutMs: 1000, startPeriodMs: 0, retries: 3 },
    stopSignal: 'SIGINT',
  },
}

test('what is left to the image is said out loud', () => {
  expect(completeRun(runConfig(), image)).toEqual(
    runConfig({
      entrypoint: ['/entry'],
      command: ['serve'],
      environment: [
        ['LEVEL', 'info'],
        ['PATH', '/bin'],
      ],
      labels: [['maker', 'me']],
      workingDir: '/app',
      user: 'app',
      ports: [{ port: 80, protocol: 'tcp' }],
      healthcheck: image.config.healthcheck,
      stopSignal: 'SIGINT',
    }),
  )
})

test('what the person said wins, and an entrypoint takes the command of the image away', () => {
  const said = runConfig({
    entrypoint: ['/mine'],
    environment: [['LEVEL', 'debug']],
    ports: [{ port: 81, protocol: 'tcp' }],
    user: 'root',
    healthcheck: { test: [], intervalMs: 5000, timeoutMs: 0, startPeriodMs: 0, retries: 0 },
  })
  expect(completeRun(said, image)).toMatchObject({
    entrypoint: ['/mine'],
    command: null,
    environment: [
      ['LEVEL', 'debug'],
      ['PATH', '/bin'],
    ],
    ports: [
      { port: 80, protocol: 'tcp' },
      { port: 81, protocol: 'tcp' },
    ],
    user: 'root',
    healthcheck: { test: ['CMD', 'ok'], intervalMs: 5000, timeoutMs: 1000, retries: 3 },
  })
})

test('a copy bears neither labels that are Compose’s or ours, nor volumes without a name', () => {
  const run = runConfig({
    labels: [
      ['com.docker.compose.service', 'web'],
      ['flotilla.set', 's'],
      ['mine', '1'],
    ],
    mounts: [
      { kind: 'volume', source: 'a'.repeat(64), target: '/a', readOnly: false },
      { kind: 'volume', source: 'data', target: '/b', readOnly: false },
    ],
  })
  expect(ownRun(run)).toMatchObject({ labels: [['mine', '1']], mounts: [{ source: 'data' }] })
})

test('an entrypoint is cleared where the image has one, and only there', () => {
  const cleared = runConfig({ entrypoint: [], command: ['mine'] })
  const plain = { ...image, config: { ...image.config, entrypoint: null } }
  expect(completeRun(cleared, image).entrypoint).toEqual([])
  expect(completeRun(cleared, plain).entrypoint).toBeNull()
})
