import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import type { FileEntry, FilePlace, FilePreview } from '../../../../shared/contract/files.ts'
import { fail } from '../../../../shared/failure.ts'
import { bytesText } from '../../../../shared/rules/amounts.ts'
import { onEndpoint } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { clean, clock, table } from '../text.ts'

type Kind = FilePlace['kind']

export function addFilesCommands(program: Command, line: CommandLine): void {
  const files = program.command('files').description('files of containers, images and volumes').addOption(onEndpoint())
  addReading(files, line)
  addMoving(files, line)
}

const kind = () => new Argument('<kind>').choices(['container', 'image', 'volume'])

function addReading(files: Command, { run }: CommandLine): void {
  files
    .command('ls')
    .description('one folder; links are shown and not followed')
    .addArgument(kind())
    .argument('<name>')
    .argument('[path]', 'a folder', '/')
    .action(
      run(async ({ call, show, console, at }, of: Kind, id: string, path: string) => {
        const folder = await call('files.list', { ...at, place: { kind: of, id }, path })
        show(folder, () => fileTable(folder.entries))
        if (!folder.isWhole) console.note(`Read up to ${bytesText(folder.readBytes)}: there may be more behind that`)
      }),
    )

  files
    .command('cat')
    .description('a text of at most 256 KiB')
    .addArgument(kind())
    .argument('<name>')
    .argument('<path>')
    .action(
      run(async ({ call, show, at }, of: Kind, id: string, path: string) => {
        const preview = await call('files.preview', { ...at, place: { kind: of, id }, path })
        show(preview, () => textOf(preview, path))
      }),
    )
}

function textOf(preview: FilePreview, path: string): string {
  if (preview.kind === 'text') return clean(preview.text.replaceAll('\t', '    '), '\n').replace(/\n$/, '')
  if (preview.kind === 'symlink') return `a link to ${clean(preview.target)}`
  return fail('bad-input', `${path} is ${preview.kind === 'large' ? 'too large' : 'no text'}`, {
    hint: 'flotilla files get KIND NAME PATH FILE',
  })
}

function addMoving(files: Command, { run }: CommandLine): void {
  files
    .command('get')
    .description('a file as it is, a folder as a tar')
    .addArgument(kind())
    .argument('<name>')
    .argument('<path>')
    .argument('<file>', 'on this machine')
    .option('--replace', 'also when there is a file already')
    .action(
      run(
        async (
          { call, show, at },
          of: Kind,
          id: string,
          path: string,
          file: string,
          options: { replace?: boolean },
        ) => {
          const input = { ...at, place: { kind: of, id }, path, to: resolve(file), replace: options.replace ?? false }
          const got = await call('files.get', input)
          show(got, () => `${bytesText(got.bytes)} in ${clean(got.path)}`)
        },
      ),
    )

  files
    .command('put')
    .description('into a folder of a container or a volume')
    .argument('<file>', 'on this machine')
    .addArgument(kind())
    .argument('<name>')
    .argument('<folder>')
    .option('--insist', 'also into a container of a set: it shows as drift')
    .action(
      run(
        async ({ call, show, at }, file: string, of: Kind, id: string, path: string, options: { insist?: boolean }) => {
          const input = { ...at, place: { kind: of, id }, path, from: resolve(file), insist: options.insist ?? false }
          const put = await call('files.put', input)
          show(put, () => `${clean(put.path)}, ${bytesText(put.bytes)}`)
        },
      ),
    )
}

const marks = { file: '-', directory: 'd', symlink: 'l', other: '?' } as const

function fileTable(entries: readonly FileEntry[]): string {
  const rows = entries.map(({ name, type, bytes: size, mode, owner, target, modifiedAt }) => [
    `${marks[type]}${mode.toString(8).padStart(4, '0')}`,
    owner,
    size === null ? '-' : bytesText(size),
    modifiedAt === null ? '-' : clock(modifiedAt),
    type === 'symlink' ? `${name} -> ${target}` : name,
  ])
  return table(['MODE', 'OWNER', 'SIZE', 'CHANGED', 'NAME'], rows, 'An empty folder')
}
