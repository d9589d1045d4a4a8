import { describe, expect, test } from 'vitest'
import type { ComposeInput } from '../../../../shared/compose/compose.ts'
import { RunConfig } from '../../../../shared/model/run-config.ts'
import { failureOf, notesOf, readFile, readOnly } from '../../../support/compose.ts'

type Said = Partial<ComposeInput>

test('a whole file becomes a fleet', () => {
  const fleet = readFile(
    `
version: "3.8"
services:
  web:
    image: nginx:1.27
    command: nginx -g "daemon off;"
    environment:
      API: http://api:3000
      DEBUG: false
    ports: ["8080:80"]
    depends_on: [api]
    deploy: { replicas: 3, resources: { limits: { cpus: "0.5", memory: 128m } } }
  api:
    image: shop/api
    env_file: api.env
    environment: [PORT=3000, EMPTY=]
    expose: ["3000"]
    depends_on:
      db: { condition: service_healthy }
    healthcheck: { test: "wget -q localhost:3000", interval: 5s, retries: 3 }
    user: "1000:1000"
    working_dir: /app
    restart: on-failure:5
  db:
    image: postgres:16
    volumes: [data:/var/lib/postgresql/data]
    environment: { POSTGRES_PASSWORD: "\${DB_PASSWORD:-secret}" }
volumes:
  data:
`,
    { files: [{ path: './api.env', text: 'LEVEL=info\nPORT=1\n' }] },
  )
  expect(
    fleet.services.map(({ name, image, replicas, dependsOn, checks }) => ({
      name,
      image,
      replicas,
      dependsOn,
      checks,
    })),
  ).toEqual([
    {
      name: 'web',
      image: 'nginx:1.27',
      replicas: 3,
      dependsOn: [{ service: 'api', condition: 'started' }],
      checks: [{ kind: 'running' }, { kind: 'port', port: 80 }],
    },
    {
      name: 'api',
      image: 'shop/api',
      replicas: 1,
      dependsOn: [{ service: 'db', condition: 'healthy' }],
      checks: [{ kind: 'running' }, { kind: 'health' }, { kind: 'tcp', port: 3000 }],
    },
  ])
  const [web, api] = fleet.services
  expect(web!.run).toMatchObject({
    command: ['nginx', '-g', 'daemon off;'],
    environment: [
      ['API', 'http://api:3000'],
      ['DEBUG', 'false'],
    ],
    ports: [{ port: 80, protocol: 'tcp' }],
    limits: { nanoCpus: 500_000_000, memoryBytes: 134_217_728, pids: 0, shmBytes: 0 },
  })
  expect(api!.run).toMatchObject({
    environment: [
      ['EMPTY', ''],
      ['LEVEL', 'info'],
      ['PORT', '3000'],
    ],
    healthcheck: {
      test: ['CMD-SHELL', 'wget -q localhost:3000'],
      intervalMs: 5000,
      timeoutMs: 0,
      startPeriodMs: 0,
      retries: 3,
    },
    user: '1000:1000',
    workingDir: '/app',
    restart: { policy: 'on-failure', retries: 5 },
  })
  expect(fleet.dataServices).toEqual([
    expect.objectContaining({
      name: 'db',
      image: 'postgres:16',
      container: 'shop-db',
      reason: 'the image postgres:16 is a database',
    }),
  ])
  expect(fleet.dataServices[0]!.run).toMatchObject({
    environment: [['POSTGRES_PASSWORD', 'secret']],
    mounts: [{ kind: 'volume', source: 'shop_data', target: '/var/lib/postgresql/data', readOnly: false }],
  })
  expect([fleet.routes, fleet.volumes, fleet.notes]).toEqual([
    [{ hostname: 'shop.localhost', service: 'web', servicePort: 80, published: 8080 }],
    ['shop_data'],
    [],
  ])
  for (const { run } of [...fleet.services, ...fleet.dataServices]) expect(RunConfig.parse(run)).toEqual(run)
})

test('what is not supported is named, line by line', () => {
  const yaml = `x-common: &common
  logging: {driver: none}
services:
  web:
    <<: *common
    build: .
    extends: {service: base}
    secrets: [token]
    configs: [conf]
    networks: {front: {aliases: [w]}}
    network_mode: host
    container_name: web1
    links: [api]
    toString: 1
    __proto__: 2
    deploy: {placement: {constraints: [a]}, resources: {reservations: {cpus: "1"}}}
    labels: {com.docker.compose.project: p, flotilla.fleet: f, mine: m}
    healthcheck: {start_interval: 1s, test: "true"}
    x-other: {a: 1}
    init: false
networks:
  front: {driver: overlay}
secrets:
  token: {file: x}
include: [other.yaml]
`
  expect(notesOf(yaml)).toEqual(
    [
      '2 services.web.logging: "logging" is not supported and left out',
      '6 services.web.build: building is not supported: the image must have been built before',
      '7 services.web.extends: "extends" is not supported and left out',
      '8 services.web.secrets: "secrets" is not supported and left out',
      '9 services.web.configs: "configs" is not supported and left out',
      '10 services.web.networks.front.aliases: "aliases" is not supported and left out',
      '11 services.web.network_mode: "network_mode" is not supported and left out',
      '12 services.web.container_name: left out: containers are named after fleet, version and service',
      '13 services.web.links: "links" is not supported and left out',
      '14 services.web.toString: "toString" is not supported and left out',
      '15 services.web.__proto__: "__proto__" is not supported and left out',
      '16 services.web.deploy.placement: "placement" is not supported and left out',
      '16 services.web.deploy.resources.reservations: "reservations" is not supported and left out',
      '17 services.web.labels.com.docker.compose.project: the label com.docker.compose.project is left out: it is reserved',
      '17 services.web.labels.flotilla.fleet: the label flotilla.fleet is left out: it is reserved',
      '18 services.web.healthcheck.start_interval: "start_interval" is not supported and left out',
      '20 services.web.init: containers of a set always have an init process',
      '22 networks.front: the options of the network front are left out',
      '24 secrets: "secrets" is not supported and left out',
      '25 include: "include" is not supported and left out',
    ].map(line => line),
  )
  expect(readFile(yaml).services[0]).toMatchObject({ image: 'shop-web', run: { labels: [['mine', 'm']] } })
})

test('several networks become one, and said so', () => {
  expect(
    notesOf(
      'services:\n  a: {image: a, networks: [x]}\n  b: {image: b, networks: [y]}\nnetworks:\n  x:\n  y: {external: true}',
    ),
  ).toEqual([
    '5 networks: networks are not kept apart: all services of a set share one',
    '6 networks.y: the external network y is not joined',
  ])
})

test('profiles choose the services', () => {
  const yaml =
    'services:\n  web: {image: a}\n  debug: {image: b, profiles: [dev, test]}\n  other: {image: c, profiles: [x]}'
  const names = (said: Said) => readFile(yaml, said).services.map(one => one.name)
  expect([
    names({}),
    names({ profiles: ['dev'] }),
    names({ profiles: ['*'] }),
    names({ environment: [['COMPOSE_PROFILES', 'x,test']] }),
  ]).toEqual([['web'], ['web', 'debug'], ['web', 'debug', 'other'], ['web', 'debug', 'other']])
  expect(notesOf(yaml)).toEqual([
    '3 services.debug: left out: its profile is not on (dev, test)',
    '4 services.other: left out: its profile is not on (x)',
  ])
})

describe('dependencies', () => {
  test('conditions, and optional ones that are not there', () => {
    const keys = '{b: {condition: service_completed_successfully}, c: {condition: service_started, required: false}}'
    expect(readFile(`services: {a: {image: a, depends_on: ${keys}}, b: {image: b}}`).services[0]!.dependsOn).toEqual([
      { service: 'b', condition: 'completed' },
    ])
  })
  test('a missing one is refused', () =>
    expect(failureOf('services: {a: {image: a, depends_on: [b]}}')).toMatch(/depends on b, which is not there/))
  test('a circle is refused', () => {
    expect(
      failureOf(
        'services: {a: {image: a, depends_on: [b]}, b: {image: a, depends_on: [c]}, c: {image: a, depends_on: [b]}}',
      ),
    ).toMatch(/circle: b > c > b$/)
  })
  test('an unknown condition is refused', () =>
    expect(failureOf('services: {a: {image: a, depends_on: {a: {condition: hot}}}}')).toMatch(/is not a condition/))
})

describe('data services', () => {
  const reasons = (yaml: string, said: Said = {}) =>
    readFile(yaml, said).dataServices.map(data => `${data.name}: ${data.reason}`)
  test('are guessed by image and by volume', () => {
    const yaml = `services:
  web: {image: web, volumes: ["cache:/tmp/cache", "ro:/data:ro"]}
  cache: {image: "reg.local:5000/library/redis:7@sha256:aa"}
  files: {image: files, volumes: ["store:/data"]}
  built: {build: ., volumes: ["store:/data"]}
volumes: {store: , cache: , ro: }`
    expect(reasons(yaml)).toEqual([
      'cache: the image reg.local:5000/library/redis:7@sha256:aa is a store in memory',
      'files: it keeps its state in the volume shop_store at /data',
    ])
  })
  test('are what the file or the person says', () => {
    const yaml =
      'services: {web: {image: web, x-flotilla: {role: data}}, db: {image: postgres, x-flotilla: {role: service}}}'
    expect([reasons(yaml), reasons(yaml, { dataServices: ['db'] }), reasons(yaml, { dataServices: [] })]).toEqual([
      ['web: the file says so'],
      ['db: it was named as one'],
      [],
    ])
  })
})

test('x-flotilla says checks and their pace', () => {
  const { checks, pace } = readOnly(`x-flotilla:
  checks:
    - running
    - health
    - tcp: 80
    - {http: /health, port: 80}
    - {kind: http, port: 80, path: /, status: 204, body: ok}
    - {exec: [pg_isready], exitCode: 0}
  pace: {passes: 3, deadline: 2m, interval: 500ms}`)
  expect([checks, pace]).toEqual([
    [
      { kind: 'running' },
      { kind: 'health' },
      { kind: 'tcp', port: 80 },
      { kind: 'http', port: 80, path: '/health', status: 200, body: null },
      { kind: 'http', port: 80, path: '/', status: 204, body: 'ok' },
      { kind: 'exec', command: ['pg_isready'], exitCode: 0 },
    ],
    { passes: 3, deadlineMs: 120_000, intervalMs: 500 },
  ])
  expect(failureOf('services: {a: {image: a, x-flotilla: {checks: [{tcp: 0}]}}}')).toMatch(/this is not a check/)
  expect(failureOf('services: {a: {image: a, x-flotilla: {role: king}}}')).toMatch(/is not a role/)
})

describe('YAML', () => {
  test('anchors, aliases and merges', () => {
    const yaml = `
x-base: &base {image: base, user: "1", environment: &env {A: "1", B: "1"}}
x-more: &more {user: "2", hostname: h}
services:
  a:
    <<: [*base, *more]
    environment: {<<: *env, B: "2"}
  b: *base`
    const [a, b] = readFile(yaml).services
    expect([a!.image, a!.run.user, a!.run.hostname, a!.run.environment, b!.image]).toEqual([
      'base',
      '1',
      'h',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      'base',
    ])
  })
  const refused: [string, string, RegExp][] = [
    ['nothing', '', /says nothing|no services/],
    ['a list', '[]', /says nothing/],
    ['no services', 'version: "3"', /has no services/],
    ['empty services', 'services: {}', /has no services/],
    ['broken', 'services: {web: [', /is not YAML: .*line 1/],
    ['a key twice', 'services:\n  a: {image: a}\n  a: {image: b}', /is not YAML: .*unique.*line 3/],
    ['two documents', 'services: {a: {image: a}}\n---\nservices: {}', /is not YAML/],
    ['a tab', 'services:\n\ta: {image: a}', /is not YAML/],
    ['an unknown anchor', 'services: {a: *b}', /anchor|alias/i],
    ['an alias to itself', 'services: &a {a: *a}', /anchor|unfolds/],
    ['no image', 'services: {a: {}}', /Line 1, services\.a: a service needs an image/],
    ['not an image', 'services: {a: {image: "a b; rm"}}', /is not the name of an image/],
    ['a list of services', 'services: [a]', /services: this must be a map/],
    ['a service that is text', 'services: {a: b}', /services\.a: this must be a map/],
    ['an open quote', `services: {a: {image: a, command: "echo 'a"}}`, /a quote is never closed/],
    ['too many replicas', 'services: {a: {image: a, scale: 1000}}', /at most 100/],
    ['names that meet', 'services: {a_b: {image: a}, a.b: {image: a}}', /would both be called a-b/],
    ['a name that cannot be', 'services: {"💥": {image: a}}', /cannot be the name of a service/],
    ['a hostile name', 'services: {__proto__: {image: a}, constructor: {image: b}}', /no failure/],
  ]
  for (const [name, yaml, message] of refused) test(name, () => expect(failureOf(yaml)).toMatch(message))

  test('hostile names are names like any other', () => {
    const { services, notes } = readFile('services: {__proto__: {image: a}, constructor: {image: b}}')
    expect([services.map(one => [one.name, one.image]), notes.map(note => note.message)]).toEqual([
      [
        ['proto', 'a'],
        ['constructor', 'b'],
      ],
      ['the service is called proto here, also for the other services that reach it by name'],
    ])
    expect(({} as any).image).toBeUndefined()
  })

  test('a file that doubles itself by aliases is refused', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]`).join('\n')
    expect(failureOf(`x0: &x0 [a]\n${levels}\nservices: {a: {image: a}}`)).toMatch(/unfolds into too much/)
  })

  test('a service that Compose may call so and DNS may not is renamed, and said so', () => {
    const { services, notes } = readFile('services:\n  My_App.v2: {image: a}\n  b: {image: b, depends_on: [My_App.v2]}')
    expect([services.map(one => one.name), services[1]!.dependsOn, notes.length]).toEqual([
      ['my-app-v2', 'b'],
      [{ service: 'my-app-v2', condition: 'started' }],
      1,
    ])
  })
})
