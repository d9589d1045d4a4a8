import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ImageSummary } from '../../../../shared/contract/images.ts'
import type { Input, Output } from '../../../../shared/contract.ts'
import { bytesText } from '../../../../shared/rules/amounts.ts'
import { onEndpoint, type Pair, pair } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { type Context, goAhead } from '../context.ts'
import { allEndpointsOption, type ListOptions, showList } from '../lists.ts'
import { failOnKept } from '../outcomes.ts'
import { clean, clock } from '../text.ts'

interface DryRun {
  readonly dryRun?: boolean
}

export function addImageCommands(program: Command, line: CommandLine): void {
  const image = program
    .command('image')
    .description('images of the engine, and what comes and goes of them')
    .addOption(onEndpoint())
  addLooking(image, line)
  addRemoving(image, line)
  addMoving(image, line)
  addFiles(image, line)
}

function addLooking(image: Command, { run }: CommandLine): void {
  image
    .command('list')
    .description('with what each costs alone, how it came to be and who needs it')
    .addOption(allEndpointsOption())
    .action(
      run((context, options: ListOptions) =>
        showList(context, options, {
          ask: at => context.call('image.list', at),
          heads: ['TAGS', 'ID', 'FROM', 'SIZE', 'ITS OWN', 'CREATED', 'NEEDED BY'],
          line: imageLine,
          none: 'No images',
        }),
      ),
    )

  image
    .command('tag')
    .argument('<image>', 'a tag or an id')
    .argument('<tag>')
    .action(
      run(async ({ call, show, at }, from: string, tag: string) => {
        await call('image.tag', { ...at, image: from, tag })
        show({ image: from, tag }, () => `${clean(from)} is ${clean(tag)} too`)
      }),
    )

  image
    .command('untag')
    .description('takes one of several tags away')
    .argument('<tag>')
    .action(
      run(async ({ call, show, at }, tag: string) => {
        await call('image.untag', { ...at, tag })
        show({ tag }, () => `${clean(tag)} is gone, its image stays`)
      }),
    )
}

function addRemoving(image: Command, { run }: CommandLine): void {
  image
    .command('remove')
    .description('never forced: what somebody needs stays, and it is said who')
    .argument('<images...>', 'tags or ids')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, images: string[], options: DryRun) => {
        const plan = () => context.call('image.removePlan', { ...context.at, images })
        if (!(await goAhead(context, plan, { ...options, isDestructive: true }))) return
        showRemoved(context, await context.call('image.remove', { ...context.at, images }))
      }),
    )

  image
    .command('prune')
    .description('removes images without a tag that nobody needs; what undo needs is never among them')
    .option('--unused', 'also those with a tag')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, { unused, dryRun }: DryRun & { unused?: boolean }) => {
        const scope = unused ? ('unused' as const) : ('untagged' as const)
        const plan = async () => {
          const { bytes: freed, ...planned } = await context.call('image.prunePlan', { ...context.at, scope })
          return { ...planned, summary: `${planned.summary}: at least ${bytesText(freed)}` }
        }
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        showRemoved(context, await context.call('image.prune', { ...context.at, scope }))
      }),
    )
}

function showRemoved({ show }: Context, value: Output<'image.remove'>): void {
  const freed = value.freedBytes === null ? '' : `, ${bytesText(value.freedBytes)} freed`
  const kept = value.kept.map(({ image, why }) => `  ${clean(image)} stays: ${clean(why)}`)
  show(value, () => [`${value.removed.length} removed${freed}`, ...kept].join('\n'))
  failOnKept(value.kept.map(({ image, why }) => ({ what: image, why })))
}

function addMoving(image: Command, { run }: CommandLine): void {
  image
    .command('pull')
    .description('with the credentials that the docker configuration keeps')
    .argument('<image>')
    .action(
      run(async ({ call, show, at }, wanted: string) => {
        const pulled = await call('image.pull', { ...at, image: wanted })
        show(pulled, () => `${clean(wanted)} is here: ${pulled.image}`)
      }),
    )

  image
    .command('push')
    .argument('<tag>')
    .action(
      run(async ({ call, show, at }, tag: string) => {
        await call('image.push', { ...at, tag })
        show({ tag }, () => `${clean(tag)} is in its registry`)
      }),
    )

  image
    .command('build')
    .description('from a directory with a Dockerfile; .dockerignore is honoured')
    .argument('<directory>')
    .requiredOption('-t, --tag <tag>', 'the name that the image gets')
    .option('-f, --file <path>', 'the Dockerfile, in the directory', 'Dockerfile')
    .option('--build-arg <name=value>', 'stays readable in the image: no secrets', pair)
    .option('--no-cache', 'build every step anew')
    .option('--pull', 'pull newer base images')
    .action(run(build))
}

interface BuildOptions {
  readonly tag: string
  readonly file: string
  readonly buildArg?: readonly Pair[]
  readonly cache: boolean
  readonly pull?: boolean
}

async function build(context: Context, directory: string, options: BuildOptions): Promise<void> {
  const input = {
    directory: resolve(directory),
    dockerfile: options.file,
    tag: options.tag,
    args: (options.buildArg ?? []).map(({ name, value }): [string, string] => [name, value]),
    noCache: !options.cache,
    pullBases: options.pull ?? false,
  }
  const built = await withOutput(context, transfer =>
    context.call('image.build', { ...context.at, ...input, transfer }),
  )
  context.show(built, () => `${clean(options.tag)} is built: ${built.image}`)
}

/** Writes what is said meanwhile to stderr, as it is said. */
async function withOutput<T>({ api, console }: Context, run: (transfer: string) => Promise<T>): Promise<T> {
  const id = randomUUID()
  let told = 0
  const stop = api.follow('images.transfers', {}, transfers => {
    const own = transfers.find(transfer => transfer.id === id)
    if (own === undefined) return
    const fresh = own.lines.slice(Math.max(0, told - own.earlierLines))
    for (const text of fresh) console.note(clean(text))
    told = own.earlierLines + own.lines.length
  })
  try {
    return await run(id)
  } finally {
    stop()
  }
}

function addFiles(image: Command, { run }: CommandLine): void {
  image
    .command('save')
    .description('to a tar, as docker save makes it')
    .argument('<images...>', 'tags or ids')
    .requiredOption('-o, --output <file>')
    .option('--replace', 'also when there is a file already')
    .action(
      run(
        async (
          { call, show, at },
          images: string[],
          { output, replace = false }: { output: string; replace?: boolean },
        ) => {
          const input: Input<'image.save'> = { ...at, images, to: resolve(output), replace }
          const saved = await call('image.save', input)
          show(saved, () => `${bytesText(saved.bytes)} in ${clean(saved.path)}`)
        },
      ),
    )

  image
    .command('load')
    .argument('<file>', 'a tar, as docker save makes it')
    .action(
      run(async ({ call, show, at }, file: string) => {
        const loaded = await call('image.load', { ...at, from: resolve(file) })
        show(loaded, () => loaded.images.map(name => clean(name)).join('\n'))
      }),
    )
}

function imageLine({ id, tags, origin, usedBy, ...image }: ImageSummary): readonly string[] {
  return [
    tags.join(' ') || '-',
    id.replace(/^sha256:/, '').slice(0, 12),
    origin.kind === 'snapshot' ? `${origin.fleet} ${origin.version}` : origin.kind,
    bytesText(image.bytes),
    image.uniqueBytes === null ? '-' : bytesText(image.uniqueBytes),
    clock(image.createdAt),
    usedBy.map(user => user.name).join(' ') || '-',
  ]
}
