import type { RunConfig } from '../model/run-config.ts'
import { bad, type ComposeContext, mapOf, note, parsed, readKeys, textOf } from './context.ts'
import type { Tree } from './tree.ts'
import { parseBytes, parseCount } from './units.ts'

type Limits = RunConfig['limits']

/** Settings that stand in `deploy` or in the older keys beside it. */
export interface Scale {
  replicas: number
  limits: Limits
  restart: RunConfig['restart']
}

/** Keys that set limits, `scale` and `restart` on the service itself. */
export function scaleReaders(to: Scale): [string, (tree: Tree) => void][] {
  return [
    ['scale', tree => (to.replicas = replicasOf(tree))],
    ['mem_limit', tree => (to.limits.memoryBytes = bytesOf(tree))],
    ['cpus', tree => (to.limits.nanoCpus = nanoCpusOf(tree))],
    ['pids_limit', tree => (to.limits.pids = pidsOf(tree))],
    ['shm_size', tree => (to.limits.shmBytes = bytesOf(tree))],
    ['restart', tree => (to.restart = restartOf(tree))],
  ]
}

export function readDeploy(context: ComposeContext, tree: Tree, to: Scale): void {
  const limits = new Map<string, (tree: Tree) => void>([
    ['cpus', value => (to.limits.nanoCpus = nanoCpusOf(value))],
    ['memory', value => (to.limits.memoryBytes = bytesOf(value))],
    ['pids', value => (to.limits.pids = pidsOf(value))],
  ])
  const resources = new Map<string, (tree: Tree) => void>([['limits', value => readKeys(context, value, limits)]])
  const deploy = new Map<string, (tree: Tree) => void>([
    ['replicas', value => (to.replicas = replicasOf(value))],
    ['resources', value => readKeys(context, value, resources)],
    [
      'mode',
      value =>
        textOf(value) !== 'replicated' &&
        note(context, value, `the mode ${textOf(value)} is left out: services are replicated`),
    ],
  ])
  readKeys(context, mapOf(tree), deploy)
}

export function bytesOf(tree: Tree): number {
  return parsed(tree, parseBytes, 'a size like 512m')
}

function replicasOf(tree: Tree): number {
  const replicas = parsed(tree, parseCount, 'a number')
  return replicas <= 100 ? replicas : bad(tree, 'at most 100 replicas are supported')
}

function nanoCpusOf(tree: Tree): number {
  return parsed(
    tree,
    text => (/^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1e9) : null),
    'a number of CPUs',
  )
}

/** Any negative number means without a limit. */
function pidsOf(tree: Tree): number {
  return textOf(tree).startsWith('-') ? 0 : parsed(tree, parseCount, 'a number')
}

function restartOf(tree: Tree): RunConfig['restart'] {
  const text = textOf(tree)
  const match = /^(no|false|always|unless-stopped|on-failure)(?::(\d+))?$/.exec(text)
  if (match === null) return bad(tree, `${JSON.stringify(text)} is not a restart policy`)
  const [, policy, retries = '0'] = match
  if (policy === 'always' || policy === 'unless-stopped') return { policy, retries: 0 }
  return policy === 'on-failure' ? { policy, retries: Number(retries) } : { policy: 'no', retries: 0 }
}
