import { describe, expect, test } from 'vitest'
import type { RunConfig } from '../../../../shared/model/run-config.ts'
import { failureOf, readFile, readOnly } from '../../../support/compose.ts'

const runOf = (...said: Parameters<typeof readOnly>) => readOnly(...said).run

describe('values in their forms', () => {
  const cases: [string, Partial<RunConfig>][] = [
    ['command: echo "a b" c\\ d', { command: ['echo', 'a b', 'c d'] }],
    ['command: ["sh", "-c", "echo $$HOME"]', { command: ['sh', '-c', 'echo $HOME'] }],
    ['command: []', { command: [] }],
    ['command: ""', { command: [] }],
    ['command:', { command: null }],
    ['entrypoint: /bin/app --flag', { entrypoint: ['/bin/app', '--flag'] }],
    ['entrypoint: []', { entrypoint: [] }],
    [
      'environment: {A: 1, B: 1.50, C: true, D: "", E: 007, F: 12345678901234567890}',
      {
        environment: [
          ['A', '1'],
          ['B', '1.5'],
          ['C', 'true'],
          ['D', ''],
          ['E', '007'],
          ['F', '12345678901234567890'],
        ],
      },
    ],
    [
      'environment: [A=1=2, B=, HOME, NOWHERE]',
      {
        environment: [
          ['A', '1=2'],
          ['B', ''],
          ['HOME', '/root'],
        ],
      },
    ],
    ['environment: {HOME: , NOWHERE: }', { environment: [['HOME', '/root']] }],
    [
      'labels: {a.b: c, z: 1}',
      {
        labels: [
          ['a.b', 'c'],
          ['z', '1'],
        ],
      },
    ],
    [
      'labels: [z, a=b=c]',
      {
        labels: [
          ['a', 'b=c'],
          ['z', ''],
        ],
      },
    ],
    ['user: 1000', { user: '1000' }],
    ['hostname: box', { hostname: 'box' }],
    ['restart: "no"', { restart: { policy: 'no', retries: 0 } }],
    ['restart: unless-stopped', { restart: { policy: 'unless-stopped', retries: 0 } }],
    ['tmpfs: /run', { mounts: [{ kind: 'tmpfs', source: '', target: '/run', readOnly: false }] }],
    ['stop_signal: SIGINT\nstop_grace_period: 1m30s', { stopSignal: 'SIGINT', stopGraceMs: 90_000 }],
    [
      'tty: true\nstdin_open: yes\nprivileged: true\nread_only: true',
      { tty: true, stdin: true, privileged: true, readOnlyRoot: true },
    ],
    ['cap_add: [CAP_NET_ADMIN, sys_time]\ncap_drop: [ALL]', { capAdd: ['NET_ADMIN', 'SYS_TIME'], capDrop: ['ALL'] }],
    ['extra_hosts: ["a=1.2.3.4", "b:::1"]', { extraHosts: ['a:1.2.3.4', 'b:::1'] }],
    ['extra_hosts: {a: 1.2.3.4}', { extraHosts: ['a:1.2.3.4'] }],
    ['dns: 1.1.1.1', { dns: ['1.1.1.1'] }],
    ['group_add: [video, 20]', { groups: ['20', 'video'] }],
    ['sysctls: {net.core.somaxconn: 1024}', { sysctls: [['net.core.somaxconn', '1024']] }],
    [
      'ulimits: {nproc: 65535, nofile: {soft: 10, hard: -1}}',
      {
        ulimits: [
          { name: 'nofile', soft: 10, hard: -1 },
          { name: 'nproc', soft: 65_535, hard: 65_535 },
        ],
      },
    ],
    [
      'devices: ["/dev/a:/dev/b:r", /dev/c]',
      {
        devices: [
          { host: '/dev/a', container: '/dev/b', permissions: 'r' },
          { host: '/dev/c', container: '/dev/c', permissions: 'rwm' },
        ],
      },
    ],
    [
      'mem_limit: 1.5gb\ncpus: 2\npids_limit: -1\nshm_size: 64m',
      { limits: { memoryBytes: 1_610_612_736, nanoCpus: 2e9, pids: 0, shmBytes: 67_108_864 } },
    ],
    ['security_opt: [no-new-privileges:true]', { securityOptions: ['no-new-privileges:true'] }],
  ]
  for (const [keys, expected] of cases)
    test(keys, () => expect(runOf(keys, { environment: [['HOME', '/root']] })).toMatchObject(expected))
})

describe('ports', () => {
  const cases: [string, number[], number | null][] = [
    ['"80"', [80], null],
    ['80', [80], null],
    ['"8080:80"', [80], 8080],
    ['"127.0.0.1:8080:80"', [80], 8080],
    ['"127.0.0.1::80"', [80], null],
    ['"[::1]:8080:80"', [80], 8080],
    ['"3000-3002"', [3000, 3001, 3002], null],
    ['"9090-9091:8080-8081"', [8080, 8081], 9090],
    ['"9000-9010:80"', [80], null],
    ['"8080:80/tcp"', [80], 8080],
    ['{target: 80, published: "8080", protocol: tcp, mode: host, name: web, app_protocol: http}', [80], 8080],
    ['{target: 80}', [80], null],
  ]
  for (const [text, ports, published] of cases) {
    test(text, () => {
      const { run, routes } = readOnly(`ports: [${text}]`)
      expect([run.ports.map(({ port }) => port), routes[0]]).toEqual([
        ports,
        { hostname: 'shop.localhost', service: 'web', servicePort: ports[0], published },
      ])
    })
  }
  test('UDP ports and second ports are not routed, and said so', () => {
    const { notes, routes } = readOnly('ports: ["8080:80", "9090:90", "53:53/udp"]\nexpose: [7000]')
    expect([routes.length, notes.map(note => note.message)]).toEqual([
      1,
      ['90/tcp is not published as 9090: add a route for it', '53/udp is not published as 53: only routes are'],
    ])
  })
  test('each publishing service gets a hostname of its own', () => {
    const { routes } = readFile(
      'services:\n  a: {image: a, ports: [80]}\n  b: {image: b, ports: ["81:80"]}\n  db: {image: mysql, ports: ["3306:3306"]}',
    )
    expect(routes.map(route => [route.hostname, route.service, route.published])).toEqual([
      ['shop.localhost', 'a', null],
      ['b.shop.localhost', 'b', 81],
    ])
  })
  for (const text of [
    '"99999"',
    '"a:80"',
    '"80-70"',
    '"1-2:3-5"',
    '"80/sctp"',
    '{published: 80}',
    '""',
    '"1:2:3:4:5"',
  ]) {
    test(`${text} is refused`, () =>
      expect(failureOf(`services: {web: {image: a, ports: [${text}]}}`)).toMatch(
        /^bad-input Line 1, services\.web\.ports/,
      ))
  }
})

describe('health checks', () => {
  const none = { intervalMs: 0, timeoutMs: 0, startPeriodMs: 0, retries: 0 }
  const cases: [string, unknown][] = [
    ['{test: curl localhost}', { test: ['CMD-SHELL', 'curl localhost'], ...none }],
    [
      '{test: ["CMD", "curl", "localhost"], timeout: 1.5s, start_period: 1h2m3s500ms}',
      { test: ['CMD', 'curl', 'localhost'], ...none, timeoutMs: 1500, startPeriodMs: 3_723_500 },
    ],
    ['{test: [NONE]}', { test: ['NONE'], ...none }],
    ['{disable: true}', { test: ['NONE'], ...none }],
    ['{interval: 1m}', { test: [], ...none, intervalMs: 60_000 }],
    ['{}', null],
  ]
  for (const [text, health] of cases)
    test(text, () => expect(runOf(`healthcheck: ${text}`).healthcheck).toEqual(health))
  test('one that is off is not waited for', () =>
    expect(readOnly('healthcheck: {disable: true}').checks).toEqual([{ kind: 'running' }]))
  for (const text of ['{test: [curl]}', '{interval: 5}', '{retries: many}', 'yes']) {
    test(`${text} is refused`, () =>
      expect(failureOf(`services: {web: {image: a, healthcheck: ${text}}}`)).toMatch(/^bad-input Line 1/))
  }
})
