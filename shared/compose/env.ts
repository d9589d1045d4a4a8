import { bad, type ComposeContext, flagOf, readKeys, textOf } from './context.ts'
import { parseEnvFile } from './env-file.ts'
import type { Tree } from './tree.ts'

/** `env_file`: one path, a list of them, or of `{path, required}`. A later file wins over an earlier one. */
export function readEnvFiles(context: ComposeContext, tree: Tree): Map<string, string> {
  const values = new Map<string, string>()
  for (const item of tree.kind === 'list' ? tree.items : [tree]) {
    const { path, isRequired } =
      item.kind === 'map' ? longForm(context, item) : { path: textOf(item), isRequired: true }
    const text = context.files.get(path.replace(/^(?:\.\/)+/, ''))
    if (text === undefined && isRequired) bad(item, `the file ${path} is not there`)
    const read = parseEnvFile(path, text ?? '', name => values.get(name) ?? context.lookup(name))
    for (const [name, value] of read) values.set(name, value)
  }
  return values
}

function longForm(context: ComposeContext, tree: Tree): { path: string; isRequired: boolean } {
  let path = ''
  let isRequired = true
  const readers = new Map<string, (value: Tree) => void>([
    ['path', value => (path = textOf(value))],
    ['required', value => (isRequired = flagOf(value))],
  ])
  readKeys(context, tree, readers)
  return path === '' ? bad(tree, 'an env_file needs a path') : { path, isRequired }
}
