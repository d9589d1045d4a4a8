import { fail } from '../../../shared/failure.ts'
import { agreeToInstall, consentHere } from './agree.ts'
import { ask, runTool, say } from './tool.ts'

/** Debian's packages, by what needs them. */
export const ENGINE_PACKAGES = ['docker.io', 'iptables', 'iproute2', 'ca-certificates']
/** A static busybox: the sample's images are made of it where no registry is reached. */
export const SAMPLE_PACKAGES = ['busybox-static']
/** Libraries that Electron is linked against or opens, and a font. */
export const WINDOW_PACKAGES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libx11-xcb1', 'fonts-dejavu-core']
/** A display and a browser to try the window in; an SSH server and its tools for engines on other machines; a registry. */
export const TEST_PACKAGES = [
  'xvfb',
  'xauth',
  'chromium',
  'openssh-server',
  'openssh-client',
  'openssl',
  'procps',
  'docker-registry',
  ...WINDOW_PACKAGES,
]

/** Podman with what its service needs to run containers in networks of their own: another engine to try. */
const PODMAN_PACKAGES = ['podman', 'netavark', 'aardvark-dns', 'catatonit']

/** Podman's packages where this system has all of them. Known for sure once others were installed. */
export function podmanPackages(): readonly string[] {
  return PODMAN_PACKAGES.every(isOffered) ? PODMAN_PACKAGES : []
}

/** Whether this is a system whose packages we know how to install. */
export function hasApt(): boolean {
  return process.platform === 'linux' && ask('dpkg-query', ['--version']) !== undefined
}

/**
 * Installs those that are missing, and says which. With somebody at the terminal it asks first; in CI, or as root with
 * nobody there, it goes ahead. Fails with `refused` and the line to type where it may not.
 */
export async function installPackages(wanted: readonly string[], why: string): Promise<void> {
  const missing = wanted.filter(name => !isInstalled(name))
  if (missing.length === 0) return
  const byHand = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0)
    fail('refused', `Not installed, but needed ${why}: ${missing.join(', ')}`, { hint: byHand })
  await agreeToInstall(consentHere(false), `Install with apt-get, ${why}: ${missing.join(' ')}?`, byHand)
  say(`Installing ${missing.join(' ')} ${why}`)
  const apt = ['-q', '-o', 'DPkg::Lock::Timeout=300']
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  await runTool('apt-get', [...apt, 'update'], environment)
  const code = await runTool(
    'apt-get',
    [...apt, 'install', '-y', '--no-install-recommends', ...missing.map(nameHere)],
    environment,
  )
  if (code !== 0) fail('internal', `apt-get could not install ${missing.join(', ')}`, { hint: byHand })
}

function isInstalled(name: string): boolean {
  return [name, `${name}t64`].some(one => ask('dpkg', ['-s', one])?.includes('Status: install ok installed'))
}

/** The name that it goes by here: since time is told in 64 bits, some have got a suffix. */
function nameHere(name: string): string {
  return isOffered(name) ? name : `${name}t64`
}

function isOffered(name: string): boolean {
  return !/Candidate: \(none\)|^$/.test(ask('apt-cache', ['policy', name]) ?? '')
}
