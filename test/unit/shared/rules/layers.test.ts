import { expect, test } from 'vitest'
import { bytesFreed, bytesHeld, layersOf, weighLayers } from '../../../../shared/rules/layers.ts'

const image = (holders: string[], ...layers: [string, number][]) => ({
  holders,
  layers: layers.map(([id]) => id),
  weights: layers.map(([, bytes]) => bytes),
})

const base: [string, number] = ['base', 100]

test('a layer that versions share costs once, and only what nobody else needs is freed', () => {
  const layers = layersOf([
    image(['others'], base),
    image(['v1'], base, ['a', 10]),
    image(['v2'], base, ['a', 10], ['b', 5]),
    image(['v2'], base, ['c', 3]),
  ])
  const held = (...holders: string[]) => bytesHeld(layers, new Set(holders))
  const freed = (...holders: string[]) => bytesFreed(layers, new Set(holders))
  expect([held('v1'), held('v2'), held('v1', 'v2')]).toEqual([110, 118, 118])
  expect([freed('v1'), freed('v2'), freed('v1', 'v2'), freed('v1', 'v2', 'others')]).toEqual([0, 8, 18, 118])
})

test('the same change on top of other layers is kept twice', () => {
  const layers = layersOf([image(['v1'], base, ['a', 10]), image(['v1'], ['other', 7], ['a', 10])])
  expect(bytesHeld(layers, new Set(['v1']))).toBe(127)
})

const step = (createdBy: string, bytes: number) => ({ createdBy, bytes })

test('layers are weighed by the steps that made them', () => {
  const history = [
    step('ADD rootfs.tar / # buildkit', 80),
    step('ENV PATH=/bin', 0),
    step('WORKDIR /app', 0),
    step('/bin/sh -c #(nop)  CMD ["sh"]', 0),
    step('COPY . . # buildkit', 7),
  ]
  const layers = ['one', 'two', 'three']
  expect(weighLayers({ layers, history, bytes: 87, sharedBytes: 80 })).toEqual([80, 0, 7])
  expect(weighLayers({ layers: layers.slice(1), history, bytes: 87, sharedBytes: 80 })).toEqual([80, 7])
})

test('where the steps do not tell the layers, what an image shares lies below what is its own', () => {
  const history = [step('', 87)]
  expect(weighLayers({ layers: ['one', 'two', 'three'], history, bytes: 87, sharedBytes: 80 })).toEqual([80, 0, 7])
  expect(weighLayers({ layers: ['one'], history: [], bytes: 87, sharedBytes: 80 })).toEqual([87])
})
