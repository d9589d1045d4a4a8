import { parseArgs } from 'node:util'
import { toFailure } from '../../shared/failure.ts'
import { CONTROL_PROTOCOL } from '../../shared/proxy-control.ts'
import { greet } from './control-link.ts'
import { controlPath, makeHome } from './control-path.ts'
import { openControl } from './control-server.ts'
import { DataPlane } from './data-plane.ts'
import { readStaticTable } from './static-table.ts'

const USAGE = 'usage: proxy --home DIR, or proxy --port N --table FILE'
const CHECK_MS = 1_000
/** A proxy that has nothing to serve, and that nobody talks to, ends after so many checks. */
const USELESS_CHECKS = 30
const PARTING_MS = 2_000
/** A proxy that another has taken the place of keeps what it has in flight for this long. */
const REPLACED_MS = 600_000
/** A proxy that is replaced gives up its socket within this time, or keeps it. */
const GIVE_UP_MS = 2_000

/**
 * The proxy process. With `--home DIR` it is told what to do over the control socket there, and outlives who started
 * it; with `--port N --table FILE` it serves a fixed table, which it reads again on SIGHUP. Resolves when it runs;
 * ends the process where it cannot.
 */
export async function runProxy(args: readonly string[]): Promise<void> {
  try {
    await run(args)
  } catch (error) {
    console.error(toFailure(error).message)
    process.exit(1)
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: args.filter(arg => arg !== '--flotilla-proxy'),
    options: { home: { type: 'string' }, port: { type: 'string' }, table: { type: 'string' } },
  })
  // A bug met by one connection must not end those of everyone else.
  process.on('uncaughtException', error => console.error(error))
  if (values.home !== undefined) return serveHome(values.home)
  if (values.port !== undefined && values.table !== undefined) return serveFile(Number(values.port), values.table)
  console.error(USAGE)
  process.exit(2)
}

/** Ends a proxy that has had nothing to serve and nobody to talk to for a while. */
function endWhenUseless(isUseful: () => boolean, end: () => void): void {
  let checks = 0
  setInterval(() => {
    checks = isUseful() ? 0 : checks + 1
    if (checks > USELESS_CHECKS) end()
  }, CHECK_MS)
}

async function serveHome(home: string): Promise<void> {
  makeHome(home)
  const path = controlPath(home)
  const plane = new DataPlane()
  let isRetiring = false
  const retire = async (ms: number) => {
    if (isRetiring) return
    isRetiring = true
    control?.close()
    await plane.retire(ms)
    process.exit(0)
  }
  const events = { onRetire: (ms: number) => void retire(ms) }
  await replaceOutdated(path)
  let control = await openControl(path, plane, events)
  if (control === undefined) {
    console.log('a proxy already runs for this home')
    process.exit(0)
  }
  const isUseful = () => control?.isInUse === true || plane.routes.ports.length > 0 || plane.clients.size > 0
  endWhenUseless(isUseful, () => void retire(0))
  // The folder may be removed under a running proxy: it comes back as soon as the folder does, or makes room.
  setInterval(async () => {
    const state = control?.check()
    if (isRetiring || state === 'ours') return
    const again = state === 'gone' ? await openControl(path, plane, events).catch(() => control) : undefined
    if (again === undefined) void retire(REPLACED_MS)
    control = again
  }, CHECK_MS)
  onSignals(() => void retire(PARTING_MS))
  process.on('SIGHUP', () => undefined)
  console.log(`proxy ${process.pid} listens for its table on ${path}`)
}

/** Asks a proxy of another control protocol to go, now that its successor runs. Its ports are closed for a moment. */
async function replaceOutdated(path: string): Promise<void> {
  const greeted = await greet(path, GIVE_UP_MS)
  if (greeted === undefined) return
  const { link, protocol } = greeted
  if (protocol !== CONTROL_PROTOCOL) {
    const gone = new Promise<void>(resolve => {
      link.onClose = resolve
    })
    await link.ask({ op: 'retire', ms: REPLACED_MS }).catch(() => undefined)
    const timer = setTimeout(() => link.close(), GIVE_UP_MS)
    await gone
    clearTimeout(timer)
  }
  link.close()
}

async function serveFile(port: number, file: string): Promise<void> {
  const plane = new DataPlane()
  let number = 1
  const { closed } = await plane.apply(readStaticTable(file, port, number))
  for (const { reason } of closed) console.error(reason)
  if (closed.length > 0) process.exit(1)
  console.log(`proxy ${process.pid} listens on 127.0.0.1:${port}`)
  process.on('SIGHUP', () => {
    try {
      const table = readStaticTable(file, port, ++number)
      plane.apply(table).then(ack => console.log(`table ${ack.number} in force after ${ack.ms.toFixed(1)} ms`))
    } catch (error) {
      console.error(`the table stays as it was: ${toFailure(error).message}`)
    }
  })
  onSignals(async () => {
    await plane.retire(PARTING_MS)
    process.exit(0)
  })
}

function onSignals(end: () => void): void {
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}
