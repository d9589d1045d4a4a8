import { expect, test } from 'vitest'
import { emptyState, type State } from '../../../../shared/rules/fold.ts'
import { choosePrune, chooseRemoval, imageUsers, originOf, type SeenImage } from '../../../../shared/rules/images.ts'

const image = (id: string, more: Partial<SeenImage> = {}): SeenImage => ({
  id,
  tags: [`${id}:1`],
  parentId: '',
  labels: new Map(),
  bytes: 100,
  sharedBytes: 40,
  ...more,
})

const snapshot = (version: string, imageId: string) => ({
  fleetId: 'f1',
  fleet: 'shop',
  version,
  manifestImage: `flotilla/shop:${version}-ab`,
  services: [{ name: 'web', image: `flotilla/shop/web:${version}-ab`, imageId }],
  dataServices: [{ name: 'db', image: 'postgres:17', imageId: 'postgres', container: 'shop-db' }],
})

function stateOf(said: { snapshots?: unknown[]; trash?: unknown[]; entries?: unknown[] }): State {
  const { snapshots = [], trash = [], entries = [] } = said
  return {
    ...emptyState,
    snapshots: new Map(snapshots.map((one, index) => [index, one])),
    trash: new Map([[1, { snapshots: trash }]]),
    entries,
  } as unknown as State
}

const labelled = (home: string) =>
  new Map([
    ['flotilla.role', 'snapshot'],
    ['flotilla.fleet', 'shop'],
    ['flotilla.operation', 'ab12'],
    ['flotilla.home', home],
    ['flotilla.number', '3'],
  ])

function usersOf(
  images: readonly SeenImage[],
  state = emptyState,
  containers: { name: string; imageId: string }[] = [],
) {
  const seen = containers.map(one => ({ ...one, state: 'exited' }))
  return imageUsers({ images, containers: seen, state, home: 'here' })
}

test('what undo may go back to stays: kept snapshots, pinned ones, those in the trash, data services', () => {
  const images = ['one', 'two', 'old', 'postgres', 'free'].map(id => image(id))
  const pin = { fleetId: 'f1', from: 'v1', to: 'v2', mark: { pinned: true } }
  const state = stateOf({
    snapshots: [snapshot('v1', 'one'), snapshot('v2', 'two')],
    trash: [snapshot('v9', 'old')],
    entries: [pin],
  })
  const users = usersOf(images, state)
  expect(choosePrune(images, users, 'unused').doomed.map(one => one.id)).toEqual(['free'])
  expect([users.get('one')?.[0], users.get('old')?.[0], users.get('postgres')?.[0]?.name]).toEqual([
    { kind: 'snapshot', name: 'shop v1', detail: 'web, pinned' },
    { kind: 'trash', name: 'shop v9', detail: 'web, in the trash' },
    'shop v1',
  ])
})

test('a snapshot that only its name or its labels tell of stays, of this home or another; what was built on top of one may go', () => {
  const tag = { tags: ['flotilla/shop/web:v3-ab12cd34'] }
  const images = [
    image('ours', { ...tag, labels: labelled('here') }),
    image('theirs', { tags: ['flotilla/shop/api:v3-ab12cd34'], labels: labelled('there') }),
    image('loose', { tags: [], labels: labelled('here') }),
    image('child', { labels: labelled('here') }),
    image('tagged', { tags: ['flotilla/shop/web:v9-mine'], labels: labelled('here') }),
  ]
  const users = usersOf(images)
  expect(images.map(one => users.get(one.id)?.map(user => user.detail))).toEqual([
    ['known by its name alone'],
    ['of another home'],
    ['known by its labels alone'],
    [],
    [],
  ])
})

test('a snapshot that was purged claims nothing, whatever still has its name', () => {
  const gone = image('gone', { tags: ['flotilla/shop/web:v3-ab12cd34'], labels: labelled('here') })
  const state = { ...emptyState, goneTags: new Set(gone.tags) }
  expect(usersOf([gone], state).get('gone')).toEqual([])
  expect(usersOf([{ ...gone, tags: [...gone.tags, 'flotilla/shop/web:v4-ab12cd34'] }], state).get('gone')).toHaveLength(
    1,
  )
})

test('an image that a stopped container was made from stays, and it is said whose it is', () => {
  const images = [image('used'), image('free')]
  const { doomed, kept } = chooseRemoval(images, usersOf(images, emptyState, [{ name: 'lonely', imageId: 'used' }]))
  expect([doomed.map(one => one.id), kept.map(({ user }) => user)]).toEqual([
    ['free'],
    [{ kind: 'container', name: 'lonely', detail: 'exited' }],
  ])
})

test('a parent goes after its child when both go, and stays while the child stays', () => {
  const parent = image('parent')
  const child = image('child', { parentId: 'parent' })
  const users = usersOf([parent, child])
  expect(chooseRemoval([parent, child], users).doomed.map(one => one.id)).toEqual(['child', 'parent'])
  expect(chooseRemoval([parent], users).kept.map(({ user }) => user.name)).toEqual(['child:1'])
})

test('a plain prune takes untagged images only, and promises no more bytes than no other image holds', () => {
  const images = [image('tagged'), image('loose', { tags: [] }), image('unknown', { tags: [], sharedBytes: null })]
  const { doomed, bytes } = choosePrune(images, usersOf(images), 'untagged')
  expect([doomed.map(one => one.id), bytes]).toEqual([['loose', 'unknown'], 60])
})

test('how an image came to be is read from what it says of itself', () => {
  const step = (more: object) => ({ imageId: '', createdBy: '', comment: '', tags: [], ...more })
  const plain = { id: 'sha256:0', tags: ['a:1'], digests: [] }
  const here = step({ imageId: 'sha256:1', tags: ['base:1'] })
  expect(
    [
      originOf({ ...plain, history: [step({ comment: 'Imported from -' })] }),
      originOf({ ...plain, history: [step({ createdBy: '/bin/sh -c #(nop) CMD ["sh"]' }), here] }),
      originOf({ ...plain, history: [step({ createdBy: 'sleep 1000' }), here] }),
      originOf({ ...plain, digests: ['a@sha256:1'], history: [step({}), step({})] }),
      originOf({ ...plain, digests: ['a@sha256:1'], history: [step({ createdBy: 'sleep 1' }), here] }),
      originOf({ ...plain, history: [step({ comment: 'buildkit.dockerfile.v0' })] }),
      originOf({ ...plain, history: [] }),
    ].map(origin => origin.kind),
  ).toEqual(['import', 'build', 'commit', 'pull', 'commit', 'build', 'unknown'])
  expect(originOf({ ...plain, tags: ['flotilla/shop/web:v3-ab12cd34'], history: [] })).toEqual({
    kind: 'snapshot',
    fleet: 'shop',
    version: 'v3',
    service: 'web',
  })
})

test('a name that an engine over containerd makes of an image by itself tells of no registry', () => {
  const kept = { id: 'sha256:0', tags: ['a:1'], digests: ['a@sha256:0'] }
  const step = (comment: string) => [{ imageId: 'sha256:0', createdBy: '', comment, tags: ['a:1'] }]
  const kinds = ['Imported from -', 'buildkit.dockerfile.v0', ''].map(
    comment => originOf({ ...kept, history: step(comment) }).kind,
  )
  expect(kinds).toEqual(['import', 'unknown', 'unknown'])
})
