import type { Healthcheck, Mount, RunConfig } from '../model/run-config.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { maskPair, maskReferences, maskText } from './secrets.ts'

/** The docker command lines that a launch amounts to, for people to read: quoted for a shell, secrets masked. */
export function launchCommands(plan: LaunchPlan): string[] {
  return [
    line(['docker', 'network', 'create', plan.network]),
    ...plan.attach.map(data =>
      line(['docker', 'network', 'connect', '--alias', data.name, plan.network, data.container]),
    ),
    ...plan.containers.map(({ name, service, imageId, run, publish }) => {
      // Docker takes one word as entrypoint; the others come before the command.
      const [entrypoint, ...words] = run.entrypoint ?? []
      const place = ['--name', name, '--network', plan.network, '--network-alias', service]
      const override = run.entrypoint === null ? [] : ['--entrypoint', entrypoint ?? '']
      return line([
        'docker',
        'run',
        '-d',
        '--init',
        ...place,
        ...publish.flatMap(port => ['-p', `127.0.0.1::${port}`]),
        ...runArguments(run),
        ...override,
        imageId,
        ...words,
        ...(run.command ?? []),
      ])
    }),
  ]
}

/** The docker command lines that the removal of a set amounts to. */
export function removalCommands(set: {
  readonly network: string
  readonly containers: readonly { readonly name: string }[]
}): string[] {
  const names = set.containers.map(container => container.name)
  return [
    ...(names.length === 0 ? [] : [line(['docker', 'rm', '-f', '-v', ...names])]),
    line(['docker', 'network', 'rm', set.network]),
  ]
}

/** Words as a shell would take them, secrets masked. */
export function commandText(words: readonly string[]): string {
  return line(words)
}

function runArguments(run: RunConfig): string[] {
  const { limits, restart } = run
  const retries = restart.policy === 'on-failure' && restart.retries > 0 ? `:${restart.retries}` : ''
  return [
    ...run.environment.flatMap(([name, value]) => ['-e', `${name}=${maskPair(name, value)}`]),
    ...run.labels.flatMap(([name, value]) => ['-l', `${name}=${maskPair(name, value)}`]),
    ...run.mounts.flatMap(mountArguments),
    ...option('-u', run.user),
    ...option('-w', run.workingDir),
    ...option('-h', run.hostname),
    ...option('--restart', restart.policy === 'no' ? '' : `${restart.policy}${retries}`),
    ...option('--memory', limits.memoryBytes),
    ...option('--cpus', limits.nanoCpus / 1e9),
    ...option('--pids-limit', limits.pids),
    ...option('--shm-size', limits.shmBytes),
    ...(run.healthcheck === null ? [] : healthArguments(run.healthcheck)),
    ...option('--stop-signal', run.stopSignal),
    ...option('--stop-timeout', run.stopGraceMs === null ? null : Math.ceil(run.stopGraceMs / 1000)),
    ...securityArguments(run),
  ]
}

function securityArguments(run: RunConfig): string[] {
  const each = (name: string, values: readonly string[]) => values.flatMap(value => [name, value])
  return [
    ...(run.tty ? ['-t'] : []),
    ...(run.stdin ? ['-i'] : []),
    ...(run.privileged ? ['--privileged'] : []),
    ...(run.readOnlyRoot ? ['--read-only'] : []),
    ...each('--cap-add', run.capAdd),
    ...each('--cap-drop', run.capDrop),
    ...each('--security-opt', run.securityOptions),
    ...each('--add-host', run.extraHosts),
    ...each('--dns', run.dns),
    ...each('--group-add', run.groups),
    ...each(
      '--sysctl',
      run.sysctls.map(([name, value]) => `${name}=${value}`),
    ),
    ...each(
      '--ulimit',
      run.ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`),
    ),
    ...each(
      '--device',
      run.devices.map(({ host, container, permissions }) => `${host}:${container}:${permissions}`),
    ),
  ]
}

function healthArguments({ test, intervalMs, timeoutMs, startPeriodMs, retries }: Healthcheck): string[] {
  const [kind, ...words] = test
  if (kind === 'NONE') return ['--no-healthcheck']
  // The command line knows the shell form only.
  const command = kind === 'CMD' ? words.map(quote).join(' ') : words.join(' ')
  const ms = (value: number) => (value === 0 ? null : `${value}ms`)
  return [
    ...option('--health-cmd', command === '' ? null : maskText(command)),
    ...option('--health-interval', ms(intervalMs)),
    ...option('--health-timeout', ms(timeoutMs)),
    ...option('--health-start-period', ms(startPeriodMs)),
    ...option('--health-retries', retries),
  ]
}

function mountArguments({ kind, source, target, readOnly }: Mount): string[] {
  if (kind === 'tmpfs') return ['--tmpfs', readOnly ? `${target}:ro` : target]
  const from = source === '' ? '' : `${source}:`
  return ['-v', `${from}${target}${readOnly ? ':ro' : ''}`]
}

/** Nothing where nothing is said. */
function option(name: string, value: string | number | null): string[] {
  return value === null || value === '' || value === 0 ? [] : [name, String(value)]
}

function line(words: readonly string[]): string {
  return words.map(word => quote(maskReferences(word))).join(' ')
}

/** Characters that a terminal would obey rather than show: controls, and marks that turn the writing direction. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (!UNSAFE.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  const escaped = [...word].map(character => {
    if (character === '\\' || character === "'") return `\\${character}`
    return UNSAFE.test(character) ? escapeOf(character.codePointAt(0) ?? 0) : character
  })
  return `$'${escaped.join('')}'`
}

/** As bash reads it between `$'` and `'`. */
function escapeOf(code: number): string {
  if (code === 0x0a) return '\\n'
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
