import { expect, test } from 'vitest'
import { anonymousVolumeSteps, anonymousVolumesOf, withVolumes } from '../../../../shared/rules/anonymous-volumes.ts'
import { plainRun } from '../../../../shared/rules/plain-run.ts'

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)]
const member = (replica: number) => ({ id: `id-${replica}`, name: `shop-1-db-${replica}`, service: 'db', replica })

test('a set has the anonymous volumes of its containers, and of those that are gone what was recorded and still exists', () => {
  const recorded = (replica: number, name: string) => ({ service: 'db', replica, target: '/data', name })
  const set = {
    containers: [member(1), member(2), member(3)],
    anonymousVolumes: [recorded(2, second), recorded(3, 'c')],
  }
  const uses = [
    {
      id: 'id-1',
      volumes: [
        { name: first, target: '/data' },
        { name: 'named', target: '/named' },
      ],
    },
  ]
  expect(anonymousVolumesOf(set, uses, new Set([first, second]))).toEqual([recorded(1, first), recorded(2, second)])
})

test('a volume is mounted where nothing else is, so a seal keeps its folder in memory', () => {
  const tmpfs = { kind: 'tmpfs' as const, source: '', target: '/data', readOnly: false }
  const sealed = { ...plainRun, mounts: [tmpfs] }
  expect(withVolumes(sealed, [{ name: first, target: '/data' }])).toBe(sealed)
  expect(withVolumes(sealed, [{ name: first, target: '/cache' }]).mounts).toEqual([
    { kind: 'volume', source: first, target: '/cache', readOnly: false },
    tmpfs,
  ])
})

test('a plan tells each volume with its container and its bytes, where they are known', () => {
  const volumes = [
    { container: 'shop-1-db-1', target: '/data', name: first },
    { container: 'shop-1-db-2', target: '/data', name: second },
  ]
  const sizes = new Map([[first, 4_200_000]])
  expect(anonymousVolumeSteps(volumes, { remove: false, sizes, others: [] })).toEqual([
    { action: 'keep', what: 'the anonymous volume aaaaaaaaaaaa', detail: '/data of shop-1-db-1, 4.2 MB' },
    { action: 'keep', what: 'the anonymous volume bbbbbbbbbbbb', detail: '/data of shop-1-db-2' },
  ])
  expect(anonymousVolumeSteps(volumes, { remove: true, sizes, others: [] })[0]).toMatchObject({
    action: 'remove',
    detail: '/data of shop-1-db-1, 4.2 MB, gone for good',
  })
})

test('a volume that another container mounts stays, and the plan names that container', () => {
  const volumes = [first, second].map(name => ({ container: 'shop-1-db-1', target: '/data', name }))
  const others = [{ name: 'mine', volumes: [{ name: first, target: '/data' }] }]
  const steps = anonymousVolumeSteps(volumes, { remove: true, sizes: new Map(), others })
  expect(steps.map(({ action, detail }) => [action, detail])).toEqual([
    ['keep', '/data of shop-1-db-1; mine uses it'],
    ['remove', '/data of shop-1-db-1, gone for good'],
  ])
})
