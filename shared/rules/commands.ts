import type { Mount, RunConfig } from '../model.ts'
import type { LaunchPlan } from './plan-launch.ts'
import { maskReferences } from './secrets.ts'

/** The docker command lines that a launch amounts to, for people to read: quoted for a shell, secrets masked. */
export function launchCommands(plan: LaunchPlan): string[] {
  return [
    line(['docker', 'network', 'create', plan.network]),
    ...plan.attach.map(data =>
      line(['docker', 'network', 'connect', '--alias', data.name, plan.network, data.container]),
    ),
    ...plan.containers.map(({ name, service, imageId, run }) =>
      line([
        'docker',
        'run',
        '-d',
        '--init',
        '--name',
        name,
        '--network',
        plan.network,
        '--network-alias',
        service,
        ...runArguments(run),
        imageId,
        ...(run.command ?? []),
      ]),
    ),
  ]
}

export function commitCommand(container: string, tag: string): string {
  return line(['docker', 'commit', container, tag])
}

function runArguments(run: RunConfig): string[] {
  return [
    ...run.environment.flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    ...run.ports.flatMap(({ port, protocol }) => ['-p', `127.0.0.1::${port}${protocol === 'udp' ? '/udp' : ''}`]),
    ...run.mounts.flatMap(mountArguments),
    ...(run.user === '' ? [] : ['-u', run.user]),
    ...(run.workingDir === '' ? [] : ['-w', run.workingDir]),
    ...(run.restart.policy === 'no' ? [] : ['--restart', run.restart.policy]),
    ...(run.limits.memoryBytes === 0 ? [] : ['--memory', String(run.limits.memoryBytes)]),
    ...(run.limits.nanoCpus === 0 ? [] : ['--cpus', String(run.limits.nanoCpus / 1e9)]),
    ...(run.privileged ? ['--privileged'] : []),
    ...(run.readOnlyRoot ? ['--read-only'] : []),
    ...(run.entrypoint === null ? [] : ['--entrypoint', run.entrypoint.join(' ')]),
  ]
}

function mountArguments({ kind, source, target, readOnly }: Mount): string[] {
  if (kind === 'tmpfs') return ['--tmpfs', target]
  return ['-v', `${source}:${target}${readOnly ? ':ro' : ''}`]
}

function line(words: readonly string[]): string {
  return words.map(word => quote(maskReferences(word))).join(' ')
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
