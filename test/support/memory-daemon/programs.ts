import { createHash, randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { conditions } from './conditions.ts'
import { FileError, type FileNode, node } from './files.ts'
import { type Applets, abortable, type Program, type Run, readFile } from './process.ts'
import { shell } from './shell.ts'
import { edit } from './stream-editor.ts'
import { webPrograms } from './web-programs.ts'

/** Most bytes of an endless file that are read at once. */
const CHUNK = 64 * 1024

const say = (run: Run, text: string) => run.out(Buffer.from(text))
const at = ({ cwd }: Run, path: string) => posix.resolve(cwd, path)
const words = ({ args }: Run) => args.slice(1).filter(word => !/^-./.test(word))
const has = ({ args }: Run, flag: string) =>
  args.slice(1).some(word => /^-[a-zA-Z]+$/.test(word) && word.includes(flag))

/** The value behind an option, whether they stand together or apart. */
function optionOf({ args }: Run, option: string): string | undefined {
  const index = args.findIndex(word => word.startsWith(option))
  if (index < 0) return undefined
  return args[index] === option ? args[index + 1] : args[index]?.slice(option.length)
}

/** The contents of a program's files, one after another; its input where it names none. */
async function contents(run: Run, paths: readonly string[]): Promise<Buffer> {
  if (paths.length === 0) return run.stdin.all(run.signal)
  return Buffer.concat(paths.map(path => read(run, path)))
}

function read(run: Run, path: string): Buffer {
  return readFile(run.machine, at(run, path))
}

/** So many bytes of a file; of one without an end, as many as are asked for. */
function first(path: string, length: number, rest: () => Buffer): Buffer {
  if (path === '/dev/zero') return Buffer.alloc(length)
  if (path === '/dev/urandom') return randomBytes(length)
  return rest().subarray(0, length)
}

const hash =
  (algorithm: string): Program =>
  async run => {
    const sum = createHash(algorithm)
      .update(await contents(run, words(run)))
      .digest('hex')
    say(run, `${sum}  ${words(run)[0] ?? '-'}\n`)
    return 0
  }

/** Applies to each path that is named. */
const each =
  (act: (run: Run, path: string) => void): Program =>
  run => {
    for (const path of words(run)) act(run, path)
    return 0
  }

/** The same, with a value before the paths. */
const eachBy =
  (act: (run: Run, value: string, path: string) => void): Program =>
  run => {
    const [value = '', ...paths] = words(run)
    for (const path of paths) act(run, value, path)
    return 0
  }

function change(run: Run, path: string, said: Partial<FileNode>): void {
  const { files } = run.machine
  const before = files.get(at(run, path))
  if (before === undefined) throw new FileError('No such file or directory')
  files.put(files.resolve(at(run, path)), { ...before, ...said })
}

function copy(run: Run, isMove: boolean): number {
  const { files } = run.machine
  const paths = words(run)
  const target = at(run, paths.at(-1) ?? '')
  for (const path of paths.slice(0, -1)) {
    const from = at(run, path)
    const to = files.get(target)?.kind === 'directory' ? posix.join(target, posix.basename(from)) : target
    for (const [inside, one] of files.walk(files.resolve(from, isMove)))
      files.put(
        posix.join(to, posix.relative(files.resolve(from, isMove), inside)),
        isMove ? one : { ...one, mtime: new Date() },
      )
    if (isMove) files.remove(from)
  }
  return 0
}

function list(run: Run): number {
  const { files } = run.machine
  const paths = words(run).length > 0 ? words(run) : [run.cwd]
  const texts = paths.map(path => {
    const shown = files.list(at(run, path)).filter(name => has(run, 'A') || has(run, 'a') || !name.startsWith('.'))
    return (paths.length > 1 ? `${path}:\n` : '') + shown.map(name => `${name}\n`).join('')
  })
  say(run, texts.join('\n'))
  return 0
}

const kinds = { file: 'regular file', directory: 'directory', symlink: 'symbolic link', fifo: 'fifo' }

function stat(run: Run): number {
  const { files } = run.machine
  const [format = '%n', ...paths] = words(run)
  for (const path of paths) {
    const one = files.get(at(run, path), true)
    if (one === undefined) throw new FileError('No such file or directory')
    const links = one.kind === 'file' ? [...files.root.values()].filter(other => other === one).length : 1
    const values = {
      n: path,
      a: one.mode.toString(8),
      u: one.uid,
      g: one.gid,
      h: links,
      F: kinds[one.kind],
      s: one.content.length,
    }
    say(run, `${format.replace(/%([naughFs])/g, (_, key: keyof typeof values) => String(values[key]))}\n`)
  }
  return 0
}

function printf(run: Run): number {
  const [, format = '', ...values] = run.args
  const text = (raw: string) =>
    raw.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal, char) =>
      octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (escapes[char] ?? char),
    )
  do {
    const filled = format.replace(/\\(?:[0-7]{1,3}|.)|%(?:%|[sdb])/g, part => {
      if (part.startsWith('\\')) return text(part)
      return part === '%%' ? '%' : part === '%b' ? text(values.shift() ?? '') : (values.shift() ?? '')
    })
    say(run, filled)
  } while (values.length > 0 && /%[sdb]/.test(format))
  return 0
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', e: '\u001b' }

/** An amount of bytes at a time, into a file or the output. */
async function dd(run: Run): Promise<number> {
  const said = new Map(
    run.args.slice(1).map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  )
  const bytes = Number(said.get('bs') ?? 512) * Number(said.get('count') ?? 1)
  const from = said.get('if')
  const data = from === undefined ? await run.stdin.all(run.signal) : first(from, bytes, () => read(run, from))
  const to = said.get('of')
  if (to === undefined) run.out(data)
  else run.machine.files.write(at(run, to), data)
  return 0
}

async function head(run: Run): Promise<number> {
  const [path] = words(run).filter(word => word !== optionOf(run, '-c') && word !== optionOf(run, '-n'))
  const bytes = optionOf(run, '-c')
  const whole = () => (path === undefined ? run.stdin.all(run.signal) : Promise.resolve(read(run, path)))
  if (bytes !== undefined && /^\/dev\//.test(path ?? ''))
    run.out(first(path ?? '', Number(bytes), () => Buffer.alloc(0)))
  else if (bytes !== undefined) run.out((await whole()).subarray(0, Number(bytes)))
  else {
    const lines = (await whole()).toString('utf8').split(/(?<=\n)/)
    say(run, lines.slice(0, Number(optionOf(run, '-n') ?? 10)).join(''))
  }
  return 0
}

async function tail(run: Run): Promise<number> {
  if (has(run, 'f')) return forever(run)
  const count = optionOf(run, '-n') ?? '10'
  const lines = (
    await contents(
      run,
      words(run).filter(word => word !== count),
    )
  )
    .toString('utf8')
    .split(/(?<=\n)/)
  say(run, lines.slice(-Number(count)).join(''))
  return 0
}

async function wc(run: Run): Promise<number> {
  const bytes = await contents(run, words(run))
  const count = has(run, 'c') ? bytes.length : bytes.filter(byte => byte === 10).length
  say(run, words(run).length > 0 ? `${count} ${words(run)[0]}\n` : `${count}\n`)
  return 0
}

async function grep(run: Run): Promise<number> {
  const [pattern = '', ...paths] = words(run)
  const lines = (await contents(run, paths)).toString('utf8').split('\n')
  const found = lines.filter(line => line !== '' && new RegExp(pattern).test(line) !== has(run, 'v'))
  if (has(run, 'c')) say(run, `${found.length}\n`)
  else if (!has(run, 'q')) say(run, found.map(line => `${line}\n`).join(''))
  return found.length > 0 ? 0 : 1
}

async function translate(run: Run): Promise<number> {
  const [from = '', to = ''] = words(run).map(word => word.replace('\\0', '\0').replace('\\n', '\n'))
  const text = (await run.stdin.all(run.signal)).toString('utf8')
  say(run, has(run, 'd') ? text.replaceAll(from, '') : text.replaceAll(from, to))
  return 0
}

async function compare(run: Run): Promise<number> {
  const [left = '', right = ''] = words(run)
  return read(run, left).equals(read(run, right)) ? 0 : 1
}

function touch(run: Run, path: string): void {
  const { files } = run.machine
  if (files.get(at(run, path)) === undefined) files.write(at(run, path), Buffer.alloc(0))
  else change(run, path, { mtime: new Date() })
}

function remove(run: Run, path: string): void {
  const { files } = run.machine
  if (files.get(at(run, path), true) === undefined) {
    if (has(run, 'f')) return
    throw new FileError(`can't remove '${path}': No such file or directory`)
  }
  files.remove(at(run, path))
}

function link(run: Run): number {
  const { files } = run.machine
  const [target = '', name = ''] = words(run)
  const one = has(run, 's') ? node('symlink', { linkTo: target }) : files.get(at(run, target), true)
  if (one === undefined) throw new FileError('No such file or directory')
  files.put(at(run, name), one)
  return 0
}

function processes(run: Run): number {
  say(run, 'COMMAND\n')
  for (const { args } of run.machine.processes.values()) say(run, `${args.join(' ')}\n`)
  return 0
}

function kill(run: Run): number {
  const number = has(run, 'H') ? 1 : run.args.includes('-9') || run.args.includes('-KILL') ? 9 : 15
  for (const pid of words(run)) run.machine.processes.get(Number(pid))?.kill(number)
  return 0
}

async function sleep(run: Run): Promise<number> {
  const ms = Number(run.args[1]) * 1000
  let timer: NodeJS.Timeout | undefined
  try {
    await abortable(run.signal, done => {
      timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1))
    })
  } finally {
    clearTimeout(timer)
  }
  return 0
}

async function forever({ signal }: Run): Promise<number> {
  await abortable(signal, () => {})
  return 0
}

async function yes(run: Run): Promise<number> {
  for (;;) {
    run.signal.throwIfAborted()
    say(run, 'y\n'.repeat(CHUNK / 2))
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

async function nameServer(run: Run): Promise<number> {
  const [name = ''] = words(run)
  const found = run.machine.lookUp(name)
  say(
    run,
    found.length > 0
      ? found.map(({ address }) => `Name:\t${name}\nAddress: ${address}\n`).join('')
      : `** server can't find ${name}: NXDOMAIN\n`,
  )
  return found.length > 0 ? 0 : 1
}

const programs: Readonly<Record<string, Program>> = {
  ...webPrograms,
  true: () => 0,
  false: () => 1,
  echo: run => {
    const isBare = run.args[1] === '-n'
    say(run, run.args.slice(isBare ? 2 : 1).join(' ') + (isBare ? '' : '\n'))
    return 0
  },
  cat: async run => {
    run.out(await contents(run, words(run)))
    return 0
  },
  env: run => {
    for (const [name, value] of run.environment) say(run, `${name}=${value}\n`)
    return 0
  },
  printenv: run => {
    say(run, `${run.environment.get(run.args[1] ?? '') ?? ''}\n`)
    return run.environment.has(run.args[1] ?? '') ? 0 : 1
  },
  hostname: run => {
    say(run, `${run.machine.hostname}\n`)
    return 0
  },
  date: run => {
    say(run, `${new Date().toUTCString()}\n`)
    return 0
  },
  id: run => {
    say(run, has(run, 'u') ? '0\n' : 'uid=0(root) gid=0(root)\n')
    return 0
  },
  whoami: run => {
    say(run, `${run.machine.user || 'root'}\n`)
    return 0
  },
  pwd: run => {
    say(run, `${run.cwd}\n`)
    return 0
  },
  stty: run => {
    say(run, `${run.terminal?.rows ?? 0} ${run.terminal?.columns ?? 0}\n`)
    return 0
  },
  mkdir: each((run, path) => run.machine.files.makeFolder(at(run, path), has(run, 'p'))),
  mkfifo: each((run, path) => run.machine.files.put(at(run, path), node('fifo'))),
  rmdir: each(remove),
  rm: each(remove),
  touch: each(touch),
  chmod: eachBy((run, mode, path) => {
    const isExecutable = mode.includes('x')
    change(run, path, {
      mode: isExecutable ? (run.machine.files.get(at(run, path))?.mode ?? 0) | 0o111 : Number.parseInt(mode, 8),
    })
  }),
  chown: eachBy((run, owner, path) => {
    const [uid = 0, gid = 0] = owner.split(':').map(Number)
    change(run, path, { uid, gid })
  }),
  readlink: each((run, path) => say(run, `${run.machine.files.get(at(run, path), true)?.linkTo}\n`)),
  cp: run => copy(run, false),
  mv: run => copy(run, true),
  ln: link,
  ls: list,
  stat,
  printf,
  dd,
  head,
  tail,
  wc,
  grep,
  tr: translate,
  cmp: compare,
  sed: async run => {
    const { scripts, paths } = edit.said(run.args.slice(1))
    const edited = (text: Buffer) => Buffer.from(edit.lines(text.toString('utf8'), scripts))
    if (!has(run, 'i')) run.out(edited(await contents(run, paths)))
    else for (const path of paths) run.machine.files.write(at(run, path), edited(read(run, path)))
    return 0
  },
  md5sum: hash('md5'),
  sha1sum: hash('sha1'),
  sha256sum: hash('sha256'),
  ps: processes,
  kill,
  sleep,
  yes,
  sync: () => 0,
  top: forever,
  nslookup: nameServer,
  test: conditions,
  '[': conditions,
  sh: run => shell(run, applets),
  ash: run => shell(run, applets),
}

export const applets: Applets = name => (Object.hasOwn(programs, name) ? programs[name] : undefined)

export const appletNames: readonly string[] = Object.keys(programs)
