import { readdir, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fail } from '../../../shared/failure.ts'
import type { Environment } from '../home.ts'

/** A Compose file with what it speaks of: its `.env`, the files that `env_file` names, and the variables it uses. */
export async function readCompose(file: string, environment: Environment) {
  const yaml = (await read(file)) ?? (await refuseMissing(file))
  const folder = dirname(file)
  const files = []
  for (const path of new Set(['.env', ...envFiles(yaml)])) {
    const text = await read(isAbsolute(path) ? path : join(folder, path))
    if (text !== undefined) files.push({ path, text })
  }
  // Relative bind mounts start there, wherever the app itself was started.
  return { yaml, files, environment: usedVariables(yaml, environment), directory: resolve(folder) }
}

const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

async function refuseMissing(path: string): Promise<never> {
  const names = await readdir(path).catch(() => null)
  if (names === null) return fail('not-found', `There is no file ${path}`)
  const inside = COMPOSE_NAMES.find(name => names.includes(name))
  return fail('bad-input', `${path} is a folder`, {
    hint:
      inside === undefined
        ? 'It holds no Compose file: say the path of one'
        : `Its Compose file is ${join(path, inside)}`,
  })
}

/**
 * Paths after `env_file`, in each of its three forms. Found by shape and not by parsing the file, which the app does: a
 * path too many is not used there, and one that is missing is named there.
 */
function envFiles(yaml: string): string[] {
  const paths: string[] = []
  const lines = yaml.split(/\r?\n/)
  for (const [at, line] of lines.entries()) {
    const match = /^(\s*)(?:- )?env_file:\s*(.*)$/.exec(line)
    if (match === null) continue
    const [, indent = '', same = ''] = match
    for (const part of same.replace(/^\[|\]\s*$/g, '').split(',')) paths.push(unquoted(part))
    for (const next of lines.slice(at + 1)) {
      const depth = next.search(/\S/)
      if (depth === -1) continue
      const isItem = next.trimStart().startsWith('- ')
      if (depth < indent.length || (depth === indent.length && !isItem)) break
      paths.push(unquoted(next.replace(/^\s*(?:- )?(?:path:\s*)?/, '')))
    }
  }
  return paths.filter(path => path !== '')
}

function unquoted(text: string): string {
  return text
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
}

/** Only the variables that the file names leave this process: an environment holds secrets. */
function usedVariables(yaml: string, environment: Environment): [string, string][] {
  const names = new Set([...yaml.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)].map(([name]) => name))
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && names.has(name) ? [[name, value] as [string, string]] : [],
  )
}

/** Undefined where there is none. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')
    if (isMissing) return undefined
    return fail('bad-input', `${path} cannot be read`, { cause: error })
  }
}
