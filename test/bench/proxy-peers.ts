import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROXY_V8_FLAGS } from '../../shared/proxy-flags.ts'
import { offerPackages } from '../support/offer-packages.ts'
import { bundleProxy } from './proxy-bundle.ts'

export const BACKEND_PORT = 9101
const bundle = await bundleProxy()
const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

export interface Running {
  readonly name: string
  readonly port: number
  readonly child: ChildProcess
}

interface Peer {
  readonly port: number
  readonly needs: string | undefined
  command(port: number): string[]
}

const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const haproxy = (port: number) => `global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 300s
  timeout http-request 15s
  option forwardfor
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.0.0.1:${port} backlog 4096
  default_backend b
backend b
  server s 127.0.0.1:${BACKEND_PORT}
`

const nginx = (port: number) => `worker_processes 1;
daemon off;
user root;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log crit;
events { worker_connections 8000; }
http {
  access_log off;
  keepalive_requests 100000000;
  upstream b { server 127.0.0.1:${BACKEND_PORT}; keepalive 1024; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://b;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`

const caddy = (port: number) => `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${BACKEND_PORT}
}
`

const httpProxy3 = (port: number) => `import http from 'node:http'
import { createProxyServer } from ${JSON.stringify(new URL('../../node_modules/http-proxy-3/dist/lib/index.js', import.meta.url).href)}
const agent = new http.Agent({ keepAlive: true, maxSockets: 1000, maxFreeSockets: 1000 })
const proxy = createProxyServer({ target: 'http://127.0.0.1:${BACKEND_PORT}', agent, xfwd: true })
proxy.on('error', (error, request, response) => response.destroy())
http.createServer((request, response) => proxy.web(request, response)).listen(${port}, '127.0.0.1', 4096)
`

const nodeHttp = (port: number) => `import http from 'node:http'
const agent = new http.Agent({ keepAlive: true, maxSockets: 1000, maxFreeSockets: 1000 })
http.createServer((request, response) => {
  const { method, url: path, headers } = request
  const asked = http.request({ host: '127.0.0.1', port: ${BACKEND_PORT}, method, path, headers, agent }, answer => {
    response.writeHead(answer.statusCode, answer.rawHeaders)
    answer.pipe(response)
  })
  asked.on('error', () => response.destroy())
  request.pipe(asked)
}).listen(${port}, '127.0.0.1', 4096)
`

const table = () =>
  file('table.json', JSON.stringify({ '127.0.0.1': { version: 'v1', upstreams: [`127.0.0.1:${BACKEND_PORT}`] } }))

/** Every one with a single thread for its traffic, keep-alive on both sides and X-Forwarded-For. */
export const peers: Record<string, Peer> = {
  ours: {
    port: 9110,
    needs: undefined,
    command: port => [process.execPath, ...PROXY_V8_FLAGS, bundle, '--port', `${port}`, '--table', table()],
  },
  haproxy: {
    port: 9111,
    needs: 'haproxy',
    command: port => ['haproxy', '-q', '-f', file('haproxy.cfg', haproxy(port))],
  },
  nginx: { port: 9112, needs: 'nginx', command: port => ['nginx', '-c', file('nginx.conf', nginx(port))] },
  caddy: {
    port: 9113,
    needs: 'caddy',
    command: port => [
      'env',
      'GOMAXPROCS=1',
      'caddy',
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      file('Caddyfile', caddy(port)),
    ],
  },
  'http-proxy-3': {
    port: 9114,
    needs: undefined,
    command: port => [process.execPath, file('hp3.mjs', httpProxy3(port))],
  },
  'node:http': { port: 9115, needs: undefined, command: port => [process.execPath, file('node.mjs', nodeHttp(port))] },
}

export function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
}

/** Offers to install the peers that are missing, and returns the names of those that still are. */
export async function missingTools(names: readonly string[]): Promise<string[]> {
  const packages: Record<string, string> = { nginx: 'nginx-light', taskset: 'util-linux' }
  const missing = names.filter(name => !has(name))
  const wanted = missing.map(name => packages[name] ?? name)
  await offerPackages(wanted, 'to compare with')
  return missing.filter(name => !has(name))
}

export async function start(name: string, port: number, command: string[], core: number): Promise<Running> {
  const child = spawn('taskset', ['-c', `${core}`, ...command], {
    stdio: process.env.BENCH_VERBOSE ? 'inherit' : 'ignore',
  })
  children.add(child)
  child.on('exit', () => children.delete(child))
  for (let tries = 0; tries < 300; tries++) {
    if (await answers(port)) return { name, port, child }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`${name} did not start`)
}

export async function stop({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 1_500)
  await exited
  clearTimeout(timer)
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** Processor seconds and resident megabytes of a process and its children (nginx's worker is one). */
export function usage(pid: number): { cpu: number; memory: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  const own = { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(rss) / 1024 }
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return below
    .map(child => usage(Number(child)))
    .reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }), own)
}
