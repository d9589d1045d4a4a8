import type { TarFile } from '../../archive/tar.ts'
import { page, script, style } from './sample-page.ts'

/** The Compose file of the sample fleet. It is imported like anybody's. */
export const sampleCompose = `# A corner shop: a page, an api behind it, and the orders, which outlive every version.
services:
  web:
    image: flotilla/sample/web:1
    ports: ["3000"]
    environment:
      API_URL: http://api:4000
    depends_on: [api]
    deploy:
      replicas: 3
    x-flotilla:
      checks:
        - { kind: running }
        - { kind: http, port: 3000, path: /health, status: 200, body: ok }
  api:
    image: flotilla/sample/api:1
    ports: ["4000"]
    environment:
      DB_URL: http://db:5000
      LOG_LEVEL: info
    depends_on: [db]
    deploy:
      replicas: 2
    x-flotilla:
      checks:
        - { kind: running }
        - { kind: http, port: 4000, path: /health, status: 200, body: ok }
  db:
    image: flotilla/sample/db:1
    volumes: ["orders:/data"]
    x-flotilla:
      role: data
volumes:
  orders: {}
`

/** The edit of a web container that makes the second version: another colour, another word. */
export const sampleEdit = [
  'sh',
  '-c',
  "sed -i -e 's/Version 1/Version 2/' -e 's/<b>v1</<b>v2</' /www/index.html && sed -i 's/#2f6fdf/#0b8f5a/' /www/shop.css",
]

const applets = [
  'sh',
  'httpd',
  'wget',
  'cat',
  'echo',
  'sed',
  'sleep',
  'ls',
  'wc',
  'tail',
  'hostname',
  'date',
  'mkdir',
  'touch',
  'vi',
  'rm',
  'ps',
  'env',
  'id',
  'kill',
  'printf',
  'grep',
  'head',
  'ping',
  'nc',
  'top',
  'df',
]

/** A file system with a shell in it and nothing else. */
export function baseFiles(busybox: Uint8Array): readonly TarFile[] {
  return [
    ['bin/', ''],
    ['bin/busybox', busybox, 0o755],
    ...applets.map((name): TarFile => [`bin/${name}`, { linkTo: 'busybox' }]),
    ['etc/', ''],
    ['etc/passwd', 'root:x:0:0:root:/:/bin/sh\n'],
    ['etc/group', 'root:x:0:\n'],
    ['tmp/', '', 0o1777],
    ['data/', ''],
  ]
}

export interface SampleImage {
  readonly service: string
  readonly tag: string
  readonly port: number
  readonly files: readonly TarFile[]
}

export const sampleImages: readonly SampleImage[] = [
  { service: 'web', tag: 'flotilla/sample/web:1', port: 3000, files: webFiles() },
  { service: 'api', tag: 'flotilla/sample/api:1', port: 4000, files: apiFiles() },
  { service: 'db', tag: 'flotilla/sample/db:1', port: 5000, files: dbFiles() },
]

/** Dockerfile lines of a sample image. */
export function sampleChanges({ service, port }: SampleImage): readonly string[] {
  return [
    'LABEL flotilla.role=sample',
    'ENV PATH=/bin',
    `EXPOSE ${port}`,
    'WORKDIR /www',
    `CMD ["/bin/httpd", "-f", "-v", "-p", "${port}", "-h", "/www"]`,
    ...(service === 'db' ? ['VOLUME /data'] : []),
  ]
}

function webFiles(): readonly TarFile[] {
  return [
    ['www/', ''],
    ['www/cgi-bin/', ''],
    ['www/health', 'ok\n'],
    ['www/index.html', page],
    ['www/shop.css', style],
    ['www/shop.js', script],
    ['www/cgi-bin/orders', cgi('wget -q -O - "$API_URL/cgi-bin/orders?$QUERY_STRING"'), 0o755],
    ['www/cgi-bin/whoami', cgi('echo "{\\"container\\":\\"$(hostname)\\"}"'), 0o755],
  ]
}

function apiFiles(): readonly TarFile[] {
  return [
    ['www/', ''],
    ['www/cgi-bin/', ''],
    ['www/health', 'ok\n'],
    ['www/cgi-bin/orders', cgi('wget -q -O - "$DB_URL/cgi-bin/orders?$QUERY_STRING"'), 0o755],
  ]
}

function dbFiles(): readonly TarFile[] {
  const store = [
    'touch /data/orders',
    '[ "$QUERY_STRING" = add ] && date >> /data/orders',
    'echo "{\\"orders\\":$(wc -l < /data/orders)}"',
  ]
  return [
    ['www/', ''],
    ['www/cgi-bin/', ''],
    ['www/health', 'ok\n'],
    ['www/cgi-bin/orders', cgi(store.join('\n')), 0o755],
  ]
}

function cgi(body: string): string {
  return `#!/bin/sh\nprintf 'Content-Type: application/json\\r\\nCache-Control: no-store\\r\\n\\r\\n'\n${body}\n`
}
