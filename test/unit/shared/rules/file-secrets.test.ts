import { expect, test } from 'vitest'
import { secretInFile } from '../../../../shared/rules/file-secrets.ts'

/** In pieces, so that nobody takes this file for one that holds a secret. */
const join = (...parts: string[]) => parts.join('')
const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n'
const pem = (name: string) => `${join('-----BEGIN ', name, '-----')}\n${body}${join('-----END ', name, '-----')}\n`
const random = (length: number) => 'a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ'.repeat(4).slice(0, length)
const upper = 'J7Q2ZB4KXW9D3MFA'

test.each([
  ['/etc/app/tls.key', pem('PRIVATE KEY'), 'private key'],
  ['/srv/a', pem('RSA PRIVATE KEY'), 'private key'],
  ['/srv/a', pem('EC PRIVATE KEY'), 'private key'],
  ['/srv/a', pem('OPENSSH PRIVATE KEY'), 'private key'],
  ['/srv/a', pem('ENCRYPTED PRIVATE KEY'), 'private key (encrypted)'],
  [
    '/srv/a',
    join('-----BEGIN RSA ', 'PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n', body),
    'private key',
  ],
  ['/srv/a', join('-----BEGIN PGP PRIVATE KEY ', 'BLOCK-----\nVersion: 2\n\n', body), 'PGP private key'],
  ['/srv/a.ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\n', 'PuTTY private key'],
  ['/root/.ssh/id_ed25519', null, 'SSH private key'],
  ['/home/me/.aws/credentials', '[default]\n', 'AWS credentials'],
  ['/root/.netrc', 'machine a login b password c', 'netrc with logins'],
  ['/app/.npmrc', '//host/:_authToken=abcdef\n', 'npm login'],
  ['/root/.docker/config.json', '{"auths":{"host":{"auth":"dTpw"}}}', 'registry login'],
  ['/root/.git-credentials', 'https://u:p@host\n', 'Git credentials'],
  ['/root/.kube/config', 'kind: Config\n', 'kubeconfig'],
  ['/etc/kubernetes/admin.conf', 'apiVersion: v1\nkind: Config\nclient-key-data: LS0t\n', 'kubeconfig'],
  ['/root/.config/gcloud/application_default_credentials.json', '{}', 'Google Cloud credentials'],
  ['/x/sa.json', '{"type": "service_account", "private_key": "x"}', 'Google service account key'],
  ['/root/.pgpass', 'a:1:b:c:d', 'PostgreSQL password file'],
  ['/app/.env', 'MODE=fast\nexport DB_PASSWORD="swordfish"\n', 'environment file with secrets'],
  ['/app/.env.production', 'DATABASE_URL=postgres://app:swordfish@db/app\n', 'environment file with secrets'],
  ['/app/config.py', `key = "${join('AK', 'IA', upper)}"`, 'AWS access key'],
  ['/app/a', join('AS', 'IA', upper), 'AWS access key'],
  ['/app/a', join('gh', 'p_', random(36)), 'GitHub token'],
  ['/app/a', join('gh', 's_', random(36)), 'GitHub token'],
  ['/app/a', join('github', '_pat_', random(22), '_', random(59)), 'GitHub token'],
  ['/app/a', join('gl', 'pat-', random(20)), 'GitLab token'],
  ['/app/a', join('xo', 'xb-123456789-', random(24)), 'Slack token'],
  ['/app/a', join('sk', '_live_', random(24)), 'Stripe key'],
  ['/app/a', join('AI', 'za', random(35)), 'Google API key'],
  ['/app/a', join('npm', '_', random(36)), 'npm token'],
  ['/app/a', join('h', 'f_', 'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'), 'Hugging Face token'],
  ['/app/a', join('sk', '-ant-', random(60)), 'Anthropic key'],
  ['/app/a', join('sk', '-proj-', random(60)), 'OpenAI key'],
  ['/app/a', join('sk', '-', random(48)), 'OpenAI key'],
  ['/app/auth-token', join('ey', 'JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.', random(43)), 'JSON Web Token'],
])('%s is found out, and its kind told', (path, text, kind) => {
  expect(secretInFile(path, text)).toBe(kind)
})

test.each([
  ['a public key', '/root/.ssh/id_rsa.pub', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ me@host'],
  ['who may log in', '/root/.ssh/authorized_keys', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7 me@host'],
  ['a certificate', '/etc/ssl/certs/a.pem', pem('CERTIFICATE')],
  ['a public key in PEM', '/etc/a.pem', pem('PUBLIC KEY')],
  ['a public PGP key', '/etc/apt/a.asc', join('-----BEGIN PGP PUBLIC KEY ', 'BLOCK-----\n\n', body)],
  ['code that knows the header of a key', '/app/pem.js', `const head = "${join('-----BEGIN ', 'PRIVATE KEY-----')}"`],
  ['a lock file', '/app/package-lock.json', `{"integrity": "sha512-${random(86)}=="}`],
  ['a checksum', '/app/SHA256SUMS', `${'0123456789abcdef'.repeat(4)}  file`],
  ['a placeholder', '/app/README.md', join('gh', 'p_', 'x'.repeat(36))],
  ["a document's example", '/app/README.md', join('AK', 'IA', 'IOSFODNN7EXAMPLE')],
  ['a test key in a package', '/app/node_modules/tls/test/fixtures/key.pem', pem('PRIVATE KEY')],
  ['an npm setting', '/app/.npmrc', 'registry=https://host/\n'],
  ['a reference to a variable', '/app/.npmrc', join('//host/:_authToken=$', '{NPM_TOKEN}\n')],
  ['a docker configuration without logins', '/root/.docker/config.json', '{"auths":{"host":{}},"credsStore":"x"}'],
  ['an environment without secrets', '/app/.env', 'NODE_ENV=production\nPORT=3000\nTOKEN_TTL=60\nSECRET_KEY=\n'],
  ['a template', '/app/.env.example', 'DB_PASSWORD=swordfish\n'],
  ['an empty file', '/root/.pgpass', ''],
  ['a web token elsewhere', '/app/main.js', join('ey', 'JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.', random(43))],
  ['a class of a style sheet', '/app/a.css', '.sk-loading-indicator-of-the-whole-page-in-the-middle { }'],
  ['a word in base64', '/app/a', `AAA${join('AK', 'IA', upper)}AAA`],
])('%s is no secret', (_what, path, text) => {
  expect(secretInFile(path, text)).toBe(null)
})
