import { fail } from '../../../shared/failure.ts'
import { chooseEndpoints } from '../../engine/connection/endpoints.ts'
import { gatherEndpoints } from '../../engine/connection/gather-endpoints.ts'
import type { Environment } from '../home.ts'
import { ENGINE_PACKAGES, hasApt, installPackages } from './packages.ts'
import { answersPing, startPrivateEngine } from './private-engine.ts'
import { ask } from './tool.ts'

/**
 * Sees to it that there is a Docker Engine, found where the app looks for it, and says which. One that was named (by
 * DOCKER_HOST or a context) is meant and no other; a private one is started only where none at all is found.
 */
export async function ensureEngine(home: string, environment: Environment): Promise<string> {
  const candidates = chooseEndpoints(await gatherEndpoints({ endpoint: undefined, home, environment }))
  const [first] = candidates
  if (first !== undefined && candidates.length === 1) return `Using the engine of ${first.source}: ${first.address}`
  for (const { address, source, way } of candidates) {
    if (way.kind === 'socket' && (await answersPing(way.path))) return `Using ${source}: ${address}`
  }
  if (process.platform !== 'linux')
    fail('unreachable', 'No Docker Engine answers', { hint: 'Start Docker Desktop, Colima or Rancher Desktop' })
  if (ask('dockerd', ['--version']) === undefined) {
    if (!hasApt()) fail('unreachable', 'No Docker Engine answers, and none is installed', { hint: 'Install Docker' })
    await installPackages(ENGINE_PACKAGES, 'for a Docker Engine')
    if (await answersPing('/var/run/docker.sock')) return "Using Docker's socket: unix:///var/run/docker.sock"
  }
  return `Using a private engine: ${await startPrivateEngine(home)}`
}
