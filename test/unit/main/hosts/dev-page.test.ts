import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pageForDevelopment, relaxedPage } from '../../../../main/hosts/setup/dev-page.ts'
import page from '../../../../renderer/vite.config.ts'
import { SOCKET_PATH } from '../../../../shared/bridge.ts'
import { readSources, root } from '../../../support/imports.ts'

const index = readFileSync(join(root, 'renderer/index.html'), 'utf8')

test('inline scripts are allowed by the development server alone', () => {
  const { apply, transformIndexHtml } = relaxedPage()
  expect(apply).toBe('serve')
  const relaxed = (transformIndexHtml as any)(index).html
  expect(relaxed).toContain("script-src 'self' 'unsafe-inline';")
  expect(index).toContain("script-src 'self';")
  const names = (page.plugins ?? []).flat(3).map(plugin => (plugin as { name?: string } | null)?.name)
  expect(names).not.toContain('relaxed-page')
})

test('nothing that is shipped imports what is for development', () => {
  const importers = readSources(['main', 'shared', 'renderer'])
    .filter(({ imports }) => imports.some(({ target }) => target.startsWith('main/hosts/setup/')))
    .map(({ file }) => file)
  expect(importers.length).toBeGreaterThan(5)
  expect(importers.filter(file => !file.startsWith('main/hosts/setup/'))).toEqual([])
})

test('the development server listens on loopback and passes on nothing but the socket', () => {
  const { server } = pageForDevelopment(4000)
  expect(server?.host).toBe('127.0.0.1')
  const [pattern, ...others] = Object.keys(server?.proxy ?? {})
  expect([new RegExp(pattern ?? '').test(SOCKET_PATH), others]).toEqual([true, []])
})
