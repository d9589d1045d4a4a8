import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProxy } from '../../main/proxy/open-proxy.ts'
import { PROXY_V8_FLAGS } from '../../shared/proxy-flags.ts'
import { RoutingTable } from '../../shared/table.ts'
import { bundleProxy } from './proxy-bundle.ts'
import { start, stop } from './proxy-peers.ts'
import { sleep } from './switch-load.ts'

export type Version = 'v1' | 'v2'
export const backends: Record<Version, number> = { v1: 9131, v2: 9132 }

/** A proxy that shows v1 when it is opened. `to` resolves when it says that it shows the other. */
export interface Switchable {
  readonly port: number
  to(version: Version): Promise<void>
  close(): Promise<void>
}

const folder = mkdtempSync(join(tmpdir(), 'flotilla-switch-'))
const write = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** The way of each that loses least, and the everyday way of those that have another. */
export const switchables: Record<string, { needs: string | undefined; open(): Promise<Switchable> }> = {
  ours: { needs: undefined, open: openOurs },
  'haproxy, two servers': { needs: 'haproxy', open: () => openHaproxy('two') },
  'haproxy, set server addr': { needs: 'haproxy', open: () => openHaproxy('addr') },
  'nginx, reload': { needs: 'nginx', open: openNginx },
  'caddy, reload': { needs: 'caddy', open: openCaddy },
}

async function openOurs(): Promise<Switchable> {
  const port = 9121
  const proxy = await openProxy({
    home: join(folder, 'home'),
    command: 'taskset',
    args: ['-c', '0', process.execPath, ...PROXY_V8_FLAGS, await bundleProxy()],
  })
  const upstreamsOf = (of: Version) => [{ id: of, address: { host: '127.0.0.1', port: backends[of] } }]
  const route = { port, title: 'bench' }
  // As the app's table has it: the live version, and a preview of each that runs.
  const previews = (['v1', 'v2'] as const).map(of => ({
    ...route,
    id: `r@${of}`,
    hostname: `${of}.localhost`,
    version: of,
    upstreams: upstreamsOf(of),
  }))
  const tableOf = (version: Version) => {
    const live = { ...route, id: 'r', hostname: '127.0.0.1', version, upstreams: upstreamsOf(version) }
    return RoutingTable.parse({ number: 0, routes: [live, ...previews] })
  }
  // Made before they are needed, as the others' commands are.
  const tables = { v1: tableOf('v1'), v2: tableOf('v2') }
  let number = 0
  const to = async (version: Version) => {
    await proxy.apply({ ...tables[version], number: ++number })
  }
  await to('v1')
  return { port, to, close: () => proxy.stop() }
}

async function openHaproxy(way: 'two' | 'addr'): Promise<Switchable> {
  const port = way === 'two' ? 9122 : 9123
  const admin = join(folder, `${way}.sock`)
  const servers =
    way === 'two'
      ? `server v1 127.0.0.1:${backends.v1}\n  server v2 127.0.0.1:${backends.v2} disabled`
      : `server v 127.0.0.1:${backends.v1}`
  const config = `global
  nbthread 1
  maxconn 4000
  stats socket ${admin} mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 300s
  timeout tunnel 1h
  option http-keep-alive
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  ${servers}
`
  const running = await start('haproxy', port, ['haproxy', '-q', '-f', write(`${way}.cfg`, config)], 0)
  const other = (version: Version) => (version === 'v1' ? 'v2' : 'v1')
  const to = async (version: Version) => {
    const two = `set server b/${version} state ready; set server b/${other(version)} state maint\n`
    await tell(admin, way === 'two' ? two : `set server b/v addr 127.0.0.1 port ${backends[version]}\n`)
  }
  return { port, to, close: () => stop(running) }
}

async function tell(path: string, command: string): Promise<void> {
  const socket = connect(path)
  socket.end(command)
  socket.resume()
  await once(socket, 'close')
}

async function openNginx(): Promise<Switchable> {
  const port = 9124
  const config = (version: Version) => `worker_processes 1;
daemon off;
user root;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log crit;
events { worker_connections 4000; }
http {
  access_log off;
  client_max_body_size 0;
  map $http_upgrade $upgraded { default upgrade; '' ''; }
  upstream b { server 127.0.0.1:${backends[version]}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://b;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgraded;
    }
  }
}
`
  const path = write('nginx.conf', config('v1'))
  const running = await start('nginx', port, ['nginx', '-c', path], 0)
  const to = async (version: Version) => {
    write('nginx.conf', config(version))
    // The peer says nothing when it is done.
    running.child.kill('SIGHUP')
  }
  return { port, to, close: () => stop(running) }
}

async function openCaddy(): Promise<Switchable> {
  const port = 9125
  const config = (version: Version) => `{
  admin 127.0.0.1:9129
  auto_https off
  grace_period 1s
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${backends[version]} {
    flush_interval -1
  }
}
`
  const command = ['caddy', 'run', '--adapter', 'caddyfile', '--config']
  const open = (version: Version) => start('caddy', port, [...command, write('Caddyfile', config(version))], 0)
  let running = await open('v1')
  const to = async (version: Version) => {
    const load = { method: 'POST', headers: { 'content-type': 'text/caddyfile' }, body: config(version) }
    for (;;) {
      // Its 2.6 may panic where the grace period ends with connections open. What supervises it would start it again.
      if (running.child.exitCode !== null) running = await open(version)
      // Each reload closes the endpoint that takes the next, and without a grace period may never end.
      const signal = AbortSignal.timeout(5_000)
      if (await fetch('http://127.0.0.1:9129/load', { ...load, signal }).catch(() => undefined)) return
      await sleep(5)
    }
  }
  return { port, to, close: () => stop(running) }
}
