import { expect, test } from 'vitest'
import { engineWorld } from '../../support/engine-world.ts'
import { engineContract } from './contract.ts'

engineContract()

test('a bind mount from where there is nothing is bad input', async () => {
  const { create } = engineWorld()
  const mounts = [{ kind: 'bind' as const, source: '/not/there', target: '/x', readOnly: false }]
  await expect(create({ run: { mounts } })).rejects.toMatchObject({ failure: { code: 'bad-input' } })
})
