import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const COMMAND_LINE = fileURLToPath(new URL('../../main/hosts/cli/main.ts', import.meta.url))

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The document that `--json` printed. */
  json(): any
}

/** Runs the command line as a shell would. */
export function runFlotilla(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
      env: { ...environment, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('error', failed)
    child.on('close', code => done({ code: code ?? -1, stdout, stderr, json: () => JSON.parse(stdout) }))
  })
}
