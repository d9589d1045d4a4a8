import * as z from 'zod'
import type { Request } from '../calls.ts'
import { dockersConfig, dockersContainer, familiar, imageId, record, strings, withoutSaid } from './containers.ts'

type Translate = (answer: unknown) => unknown
/** Known health of containers, by id. */
export type Health = ReadonlyMap<string, string>

export const noHealth: Health = new Map()

/** How the answer to a request is put into Docker's words. */
export function dockersAnswer({ method, path, query }: Request, health: Health): Translate {
  if (path === '/commit') return answer => ({ ...dockersIds(answer), Paused: query?.pause === '1' })
  if (method !== 'GET') return answer => answer
  if (path === '/info') return dockersInfo
  if (path === '/containers/json') return eachOf(row => dockersContainerRow(row, health))
  if (/^\/containers\/[^/]+\/json$/.test(path)) return dockersContainer
  if (/^\/containers\/[^/]+\/top$/.test(path)) return dockersTable
  if (path.startsWith('/images/'))
    return path.endsWith('/history') || path === '/images/json' ? eachOf(dockersIds) : dockersIds
  return path === '/system/df' ? dockersDiskUse : answer => answer
}

const Sizes = z.array(z.object({ Id: z.string(), Size: z.number(), SharedSize: z.number() })).catch([])

/** An image is told once for each tag, and the layers of all are not counted: what is shared is taken to be one base. */
function dockersDiskUse(answer: unknown): unknown {
  const use = record.parse(answer)
  const images = [...new Map(Sizes.parse(use.Images).map(image => [image.Id, image])).values()]
  const own = images.reduce((sum, image) => sum + image.Size - image.SharedSize, 0)
  const shared = Math.max(0, ...images.map(image => image.SharedSize))
  return { ...use, LayersSize: use.LayersSize || own + shared, Images: images.map(dockersIds) }
}

/** Which images a tar held is told in lines of an answer that is short. */
export function withFamiliarNames(onChunk: (chunk: Buffer) => void): (chunk: Buffer) => void {
  return chunk =>
    onChunk(Buffer.from(chunk.toString('utf8').replace(/(Loaded image: )docker\.io\/(?:library\/)?/g, '$1')))
}

/** Before 5 each line of the table is one text. The last column is a command with blanks of its own. */
function dockersTable(answer: unknown): unknown {
  const table = record.parse(answer)
  const [line = '', ...more] = strings.parse(table.Titles)
  const titles = line.trim().split(/\s+/)
  if (more.length > 0 || titles.length < 2) return answer
  const row = new RegExp(`^\\s*${'(\\S+)\\s+'.repeat(titles.length - 1)}(.*)$`)
  const Processes = z
    .array(strings)
    .parse(table.Processes)
    .map(([text = '']) => row.exec(text)?.slice(1) ?? [text])
  return { ...table, Titles: titles, Processes }
}

function eachOf(translate: Translate): Translate {
  return answer => (Array.isArray(answer) ? answer.map(translate) : answer)
}

/** Podman makes up a new id for every answer: its machine's name has to do. */
function dockersInfo(answer: unknown): unknown {
  const info = record.parse(answer)
  return { ...info, ID: `${info.Name || 'engine'} (${info.OSType || 'unknown'})` }
}

/** An image, or a layer of its history. */
function dockersIds(answer: unknown): Record<string, unknown> {
  const { Id, Parent, ParentId, RepoTags, Tags, Labels, Config, ...rest } = record.parse(answer)
  const tags = (names: unknown) => strings.parse(names).map(familiar)
  return {
    ...rest,
    Id: imageId(Id),
    ...(Parent !== undefined && { Parent: imageId(Parent) }),
    ...(ParentId !== undefined && { ParentId: imageId(ParentId) }),
    ...(RepoTags !== undefined && { RepoTags: tags(RepoTags) }),
    ...(Tags !== undefined && { Tags: tags(Tags) }),
    ...(Labels !== undefined && { Labels: withoutSaid(Labels) }),
    ...(Config !== undefined && { Config: dockersConfig(Config) }),
  }
}

function dockersContainerRow(answer: unknown, health: Health): unknown {
  const row = record.parse(answer)
  const told = health.get(String(row.Id)) ?? ''
  const status = told === '' ? row.Status : `${row.Status} (${told})`
  return { ...row, Image: familiar(row.Image), Status: status, Labels: withoutSaid(row.Labels) }
}
