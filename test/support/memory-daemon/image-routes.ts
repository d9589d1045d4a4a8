import { historyOf, inspectedImage, listedImage } from './answers.ts'
import type { World } from './daemon.ts'
import { removeImage } from './remove-image.ts'
import { isSet, labelled, lines, type Routes } from './route.ts'

export const imageRoutes: Routes = [
  [
    'GET',
    /^\/images\/json$/,
    asked => {
      const { world, query } = asked
      const isBelow = (id: string) => world.images.tagsOf(id).length === 0 && world.images.childrenOf(id).length > 0
      return labelled(asked, world.images.all.values(), ({ config }) => config.Labels ?? {})
        .filter(({ id }) => isSet(query, 'all') || !isBelow(id))
        .map(image => listedImage(image, world.images))
    },
  ],
  [
    'POST',
    /^\/images\/create$/,
    async ({ world, query, body }) => {
      if (!query.has('fromSrc')) return lines({ error: pullError(query.get('fromImage') ?? '') })
      const { id } = await world.images.import(body, query.get('repo') ?? '', query.getAll('changes'))
      return lines({ status: id })
    },
  ],
  [
    'POST',
    /^\/images\/load$/,
    async ({ world, body }) => {
      try {
        return lines(...(await world.images.load(body)).map(name => ({ stream: `${name}\n` })))
      } catch (error) {
        return lines({ error: String((error as Error).message) })
      }
    },
  ],
  [
    'GET',
    /^\/images\/get$/,
    ({ world, query }) => world.images.save(query.getAll('names').map(name => saved(world, name))),
  ],
  ['GET', /^\/images\/(.+)\/get$/, ({ world, name }) => world.images.save([saved(world, name)])],
  ['GET', /^\/images\/(.+)\/json$/, ({ world, name }) => inspectedImage(world.images.find(name), world.images)],
  ['GET', /^\/images\/(.+)\/history$/, ({ world, name }) => historyOf(world.images.find(name), world.images)],
  [
    'POST',
    /^\/images\/(.+)\/tag$/,
    ({ world, name, query }) => {
      world.images.tag(world.images.find(name).id, `${query.get('repo')}:${query.get('tag') || 'latest'}`)
      return 201
    },
  ],
  [
    'DELETE',
    /^\/images\/(.+)$/,
    ({ world, name, query }) => removeImage(world, name, { force: isSet(query, 'force') }),
  ],
]

function saved(world: World, name: string) {
  const { id } = world.images.find(name)
  return { id, tag: world.images.tags.has(name) ? name : null }
}

function pullError(name: string): string {
  const [host = ''] = name.split('/')
  return `failed to resolve reference "${name}": failed to do request: Head "https://${host}/v2/": dial tcp ${host}: connect: connection refused`
}
