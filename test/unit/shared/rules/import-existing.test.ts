import { expect, test } from 'vitest'
import { readCompose } from '../../../../shared/compose/compose.ts'
import { dataContainers, existingWarnings, volumesIn } from '../../../../shared/rules/import-existing.ts'

const compose = readCompose({
  name: 'blog',
  yaml: `
services:
  web: { image: web, volumes: ["uploads:/up", /anonymous] }
  db: { image: postgres, volumes: ["data:/data"], x-flotilla: { role: data } }
volumes: { data: {}, uploads: { external: true, name: shared } }
`,
  files: [],
  environment: [],
  profiles: [],
})

const use = (name: string, state: string, service: string, project = 'blog') => ({
  name,
  state,
  labels: new Map([
    ['com.docker.compose.project', project],
    ['com.docker.compose.service', service],
  ]),
  volumes: [{ name: `${project}_data` }],
})

test('the volumes of a file are those with a name, as Compose names them', () => {
  expect(volumesIn(compose).sort()).toEqual(['blog_data', 'shared'])
})

test("a data service is the container of our name, or the project's own, which runs if one does", () => {
  const found = (...uses: ReturnType<typeof use>[]) => dataContainers('blog', compose, uses).get('db')?.name
  expect(found(use('blog-db-1', 'exited', 'db'), use('blog-db-2', 'running', 'db'))).toBe('blog-db-2')
  expect(found(use('blog-db-2', 'running', 'db'), use('blog-db', 'exited', 'other'))).toBe('blog-db')
  expect(found(use('shop-db-1', 'running', 'db', 'shop'), use('blog-web-1', 'running', 'web'))).toBeUndefined()
})

test('who else uses a volume is told, and what is attached is no stranger', () => {
  const containers = new Map([['db', { name: 'blog-db-1', state: 'running' }]])
  const volumes = [{ name: 'blog_data', bytes: null, usedBy: ['blog-db-1', 'backup'] }]
  expect(existingWarnings({ containers, volumes })).toEqual([
    'backup uses the volume blog_data too: stop it before the fleet is launched, if only one may write to it',
  ])
})
