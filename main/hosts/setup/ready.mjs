// Before anything is installed: Node's own modules only, and nothing that Node 18 does not know.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const isWindows = process.platform === 'win32'
// The pinned Node, in a package of its own. On a system that it has no build for, our own will have to do.
const pinnedNode = join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node')

const [name, ...args] = process.argv.slice(2)
if (isStale()) installPackages()
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath
run(node, [join(root, 'main', 'hosts', 'setup', `${name}.ts`), ...args])

/** Whether the packages are missing, or older than the list that says which they should be. */
function isStale() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed) || !existsSync(join(root, 'node_modules', 'typescript'))) return true
  return statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs
}

function installPackages() {
  process.stderr.write('Installing the packages (npm ci), once\n')
  const ended = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  })
  if (ended.status === 0) return
  process.stderr.write('The packages could not be installed. Is the network there? Try: npm ci\n')
  process.exit(ended.status ?? 1)
}

/** Ends as the other ends. Ctrl+C reaches both by itself, since they are of one group: only we wait for the other's end. */
function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { stdio: 'inherit' })
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
