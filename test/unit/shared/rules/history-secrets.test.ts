import { expect, test } from 'vitest'
import { historyWarning } from '../../../../shared/rules/history-secrets.ts'

const warning = (...steps: string[]) => historyWarning('web', 'shop/web:1', steps)

test('a secret in the build history of an image is told, and never quoted', () => {
  const told = warning(
    '/bin/sh -c #(nop)  ENV API_TOKEN=abc123def456',
    'RUN |1 PASSWORD=hunter2 /bin/sh -c make',
    'CMD ["x"]',
  )
  expect(told).toContain('The image of web (shop/web:1) has what looks like a secret in 2 steps')
  expect(told).not.toMatch(/abc123|hunter2/)
})

test.each([
  '/bin/sh -c #(nop)  ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
  'ENV NODE_VERSION=20.1.0 PATH=/usr/local/bin:/usr/bin',
  'RUN /bin/sh -c apt-get update && apt-get install -y gnupg # buildkit',
  '/bin/sh -c #(nop) COPY file:5d673d25da3a14ce1f6cf66e4c7fd4f4b85a3759a9d93efb3fd9ff852b5b56e4 in /docker-entrypoint.sh',
])('an ordinary step is not: %s', step => {
  expect(warning(step)).toBe(null)
})
