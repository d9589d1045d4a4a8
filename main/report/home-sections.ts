import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { version as osVersion, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { foldAll } from '../../shared/rules/fold.ts'
import { logFile } from '../log/open-log.ts'
import { machine } from '../machine.ts'
import { proxyLogFiles } from '../proxy/proxy-home.ts'
import { parseRecords } from '../store/journal-records.ts'
import { planRepair } from '../store/journal-repair.ts'
import { scanLines } from '../store/record-line.ts'

export interface HomeInput {
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const LAST_RECORDS = 100
const LAST_LOG_LINES = 500
const LAST_OTHER_LINES = 100
const TAIL_BYTES = 256 * 1024

/** Variables that change what Flotilla does. Others are nobody's business. */
const VARIABLES =
  /^(?:FLOTILLA_\w+|DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION)|CONTAINER_HOST|XDG_(?:DATA_HOME|RUNTIME_DIR|SESSION_TYPE)|LANG|LC_ALL|TZ|DISPLAY|WAYLAND_DISPLAY|SSH_AUTH_SOCK|NODE_OPTIONS|(?:https?|all|no)_proxy)$/i

/** The sections that need no app: this process, and the files of the home. They read, and change nothing. */
export function homeSections({ home, environment }: HomeInput): Readonly<Record<string, () => unknown>> {
  return {
    versions: () => ({
      ...pick(process.versions, ['node', 'electron', 'chrome', 'v8']),
      platform: `${process.platform} ${process.arch}`,
      system: `${osVersion()}, ${release()}`,
      memoryBytes: totalmem(),
    }),
    environment: () =>
      Object.fromEntries(Object.entries(environment).filter(([name, value]) => value && VARIABLES.test(name))),
    home: async () => ({
      path: home,
      freeBytes: await machine.freeBytes(home),
      files: readdirSync(home).map(fileIn(home)),
    }),
    settings: () => savedSettings(home),
    journalFiles: () => planRepair(home),
    journal: () => lastRecords(home),
    routes: () => recordedRoutes(home),
    log: () =>
      [`${logFile(home)}.1`, logFile(home)]
        .flatMap(file => tail(file, LAST_LOG_LINES))
        .slice(-LAST_LOG_LINES)
        .map(parsed),
    serveLog: () => tail(join(home, 'serve.log'), LAST_OTHER_LINES),
    proxyLog: () =>
      proxyLogFiles(home, { runtimeDir: environment.XDG_RUNTIME_DIR }).flatMap(file => tail(file, LAST_OTHER_LINES)),
  }
}

function savedSettings(home: string): unknown {
  const path = join(home, 'settings.json')
  return existsSync(path) ? parsed(readFileSync(path, 'utf8')) : 'none were saved: the defaults hold'
}

function pick(from: Readonly<Record<string, string | undefined>>, names: readonly string[]) {
  return Object.fromEntries(names.flatMap(name => (from[name] === undefined ? [] : [[name, from[name]]])))
}

function fileIn(home: string) {
  return (name: string) => {
    const found = statSync(join(home, name), { throwIfNoEntry: false })
    return `${name} ${found?.size ?? 'gone'} ${found === undefined ? '' : (found.mode & 0o7777).toString(8)}`.trim()
  }
}

/** Records as they are in the file, also of a damaged journal and of one that a newer Flotilla wrote. */
function lastRecords(home: string) {
  const { lines, end } = scanLines(readJournal(home))
  return {
    end,
    records: lines.slice(-LAST_RECORDS).map(({ number, text }) => ({ line: number, record: parsed(text) })),
  }
}

function recordedRoutes(home: string) {
  const { records } = parseRecords(scanLines(readJournal(home)).lines)
  const { routes, fleets, sets } = foldAll(records)
  return [...routes.values()].map(({ fleetId, setId, ...route }) => ({
    ...route,
    fleet: fleets.get(fleetId)?.name ?? fleetId,
    live: setId === null ? null : (sets.get(setId)?.version ?? setId),
  }))
}

function readJournal(home: string): Buffer {
  const path = join(home, 'journal')
  return existsSync(path) ? readFileSync(path) : fail('not-found', `There is no journal in ${home}`)
}

/** The last lines of a file, none where there is no file. */
function tail(path: string, most: number): string[] {
  if (!existsSync(path)) return []
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(fd, bytes, 0, bytes.length, size - bytes.length)
    const lines = bytes.toString('utf8').trimEnd().split('\n')
    // The first may be the end of a longer one.
    return (size > bytes.length ? lines.slice(1) : lines).slice(-most)
  } finally {
    closeSync(fd)
  }
}

/** A JSON document, or the text where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
