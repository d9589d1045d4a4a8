import { expect, test } from 'vitest'
import { nothingLeft, staysTexts, stillToRemove } from '../../../../shared/rules/left-behind.ts'

const tag = { name: 'flotilla/shop/web:v1-ab12cd34', imageId: 'sha256:1', users: ['mine', 'yours'] }
const volume = { name: 'a'.repeat(64), users: ['mine'] }
const network = { id: 'n1', name: 'shop-1', attached: ['db'], users: ['dbg'] }

test('what stays is told with its users', () => {
  expect(staysTexts({ networks: [network], volumes: [volume], tags: [tag] })).toEqual([
    'network shop-1 stays: dbg uses it; it is removed when dbg has left',
    'the anonymous volume aaaaaaaaaaaa stays: mine uses it',
    'image flotilla/shop/web:v1-ab12cd34 stays: mine and yours use it; it is removed when nothing uses it',
  ])
})

test('networks and tags are removed later, a volume that somebody may have written is not', () => {
  expect(stillToRemove({ networks: [network], volumes: [volume], tags: [tag] })).toEqual({
    containers: [],
    networks: [{ id: 'n1', attached: ['db'] }],
    tags: [{ name: tag.name, imageId: tag.imageId }],
    volumes: [],
  })
  expect(stillToRemove({ ...nothingLeft, volumes: [volume] })).toBeUndefined()
})
