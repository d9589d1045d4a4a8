import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the whole project. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** An environment in which our own packages' commands, and the pinned Node, come first. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const path = [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  return { ...process.env, PATH: path }
}

/** Runs a command with its output going where ours goes. Resolves to its exit code. */
export function runTool(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(command, [...args], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...toolEnvironment(), ...environment },
      shell: process.platform === 'win32',
    })
    child.once('error', failed)
    child.once('exit', code => done(code ?? 1))
  })
}

/** The output of a short command, or undefined where it is missing or fails. */
export function ask(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, [...args], { cwd: ROOT, encoding: 'utf8', env: toolEnvironment() })
  return status === 0 ? stdout : undefined
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
