import { createHash } from 'node:crypto'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { tarOf } from '../archive/tar.ts'
import type { Calls } from './calls.ts'
import { codeOfFailure } from './engine-failure.ts'
import { manifestOf, withConfig } from './image-manifest.ts'
import { isOverContainerd } from './image-store.ts'
import { readProgress } from './images.ts'
import type { BlankedConfig, CallOptions } from './model.ts'
import { imagePath } from './references.ts'

const LOAD_MS = 60_000

const Texts = z.array(z.string()).nullish()
const History = z.array(z.object({ CreatedBy: z.string().nullish() }))

const CommittedImage = z.object({
  Architecture: z.string().nullish(),
  Os: z.string().nullish(),
  Variant: z.string().nullish(),
  Author: z.string().nullish(),
  Comment: z.string().nullish(),
  Created: z.string().nullish(),
  Config: z.record(z.string(), z.unknown()),
  ContainerConfig: z.object({ Env: Texts, Cmd: Texts, Entrypoint: Texts }).nullish(),
  RootFS: z.object({ Layers: z.array(z.string()) }),
})
type CommittedImage = z.infer<typeof CommittedImage>

export interface Forgetting {
  readonly imageId: string
  /** Variables whose values are to be kept out. */
  readonly blank: readonly string[]
  readonly blanked?: BlankedConfig | undefined
  /** The command of the container, with its secrets. */
  readonly command: readonly string[]
}

/**
 * Every engine writes the container's command into the history of a committed image, and engines before 26 also the
 * container's own configuration, with every value that was to be kept out of it. Where one did, the image is loaded anew
 * without those parts: same layers, none of them copied. Resolves with the id of the image that remains.
 */
export async function forgetContainer(calls: Calls, input: Forgetting, options?: CallOptions): Promise<string> {
  const path = `/images/${imagePath(input.imageId)}`
  const image = await calls.ask({ method: 'GET', path: `${path}/json`, deadlineMs: LOAD_MS }, CommittedImage, options)
  if (!remembers(image.ContainerConfig, input) && !(await isCommandInHistory(calls, input, options)))
    return input.imageId

  const config = configWithoutContainer(image)
  const { id, tar } = (await isOverContainerd(calls, options))
    ? await withConfig(await manifestOf(calls, input.imageId, options), config)
    : await imageOf(image, config)
  try {
    await readProgress(calls, { method: 'POST', path: '/images/load', tar, deadlineMs: LOAD_MS }, () => {}, options)
    await calls.tell({ method: 'GET', path: `/images/${imagePath(id)}/json`, deadlineMs: LOAD_MS }, [], options)
  } catch (cause) {
    if (['cancelled', 'timeout', 'unreachable'].includes(codeOfFailure(cause) ?? '')) throw cause
    fail(
      'unsupported',
      `This engine writes secrets into the image (${placesOf(input)}) and could not be kept from it`,
      {
        hint: 'Give them to the container in a mounted file, or update Docker to 26 or later',
        cause,
      },
    )
  }
  await removeCommitted(calls, input.imageId)
  return id
}

function placesOf({ blank, blanked }: Forgetting): string {
  const variables = blank.map(name => `variable ${name}`)
  return [...variables, ...(blanked === undefined ? [] : ['command, labels or health check'])].join(', ')
}

/** An engine tells the words of the command with blanks between. */
async function isCommandInHistory(calls: Calls, input: Forgetting, options?: CallOptions): Promise<boolean> {
  const command = input.command.join(' ')
  if (input.blanked === undefined || command === (input.blanked.command ?? []).join(' ')) return false
  const path = `/images/${imagePath(input.imageId)}/history`
  const steps = await calls.ask({ method: 'GET', path, deadlineMs: LOAD_MS }, History, options)
  return steps.some(step => step.CreatedBy?.includes(command))
}

/** The engine's copy of the container's configuration is empty where it was kept from writing one. */
function remembers(container: CommittedImage['ContainerConfig'], { blank, blanked }: Forgetting): boolean {
  const environment = container?.Env ?? []
  if (blanked !== undefined && [environment, container?.Cmd ?? [], container?.Entrypoint ?? []].some(isFilled))
    return true
  return environment.some(line => blank.some(name => line.startsWith(`${name}=`) && line.length > name.length + 1))
}

function isFilled(list: readonly string[]): boolean {
  return list.length > 0
}

/** Without the caller's signal: a cancelled commit must not leave its secrets behind either. */
export async function removeCommitted(calls: Calls, imageId: string): Promise<void> {
  const path = `/images/${imagePath(imageId)}`
  await calls.tell({ method: 'DELETE', path, query: { noprune: '1' }, deadlineMs: LOAD_MS }, [404])
}

function configWithoutContainer(image: CommittedImage): string {
  const layers = image.RootFS.Layers
  const created = image.Created ?? undefined
  return JSON.stringify({
    architecture: image.Architecture,
    os: image.Os,
    ...(image.Variant && { variant: image.Variant }),
    author: image.Author ?? '',
    comment: image.Comment ?? '',
    created,
    config: image.Config,
    rootfs: { type: 'layers', diff_ids: layers },
    history: layers.map(() => ({ created })),
  })
}

/** The engine has the layers already, and looks for their files only when it does not. */
async function imageOf(
  { RootFS: { Layers } }: CommittedImage,
  config: string,
): Promise<{ readonly id: string; readonly tar: Buffer }> {
  const digest = createHash('sha256').update(config).digest('hex')
  const manifest = [{ Config: `${digest}.json`, RepoTags: null, Layers: Layers.map((_, at) => `${at}/layer.tar`) }]
  const tar = await tarOf([
    [`${digest}.json`, config],
    ['manifest.json', JSON.stringify(manifest)],
  ])
  return { id: `sha256:${digest}`, tar }
}
