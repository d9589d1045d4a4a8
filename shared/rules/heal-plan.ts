import type { Plan } from '../model/plan.ts'

/** A container that a heal replaces by a clean copy, or removes because it is foreign. */
export type Healing =
  | {
      readonly kind: 'replace'
      readonly container: string
      /** Its name now; somebody may have renamed it. */
      readonly runsAs: string
      readonly checks: string
    }
  | { readonly kind: 'remove'; readonly container: string; readonly volumes: Plan['steps'] }

export function healPlanText(healings: readonly Healing[]): Plan {
  const replaced = healings.filter(({ kind }) => kind === 'replace').map(({ container }) => container)
  const removed = healings.filter(({ kind }) => kind === 'remove').map(({ container }) => container)
  return {
    summary: summaryOf(replaced, removed),
    steps: healings.flatMap(stepsOf),
    warnings: [
      ...(replaced.length > 0 ? ['What changed there is lost, unless it is kept in a snapshot first'] : []),
      ...removed.map(name => `What ${name} has written outside of volumes is lost`),
    ],
    commands: healings.map(one => `docker rm -f ${one.kind === 'replace' ? one.runsAs : one.container}`),
    choices: [],
    leftOut: [],
  }
}

function summaryOf(replaced: readonly string[], removed: readonly string[]): string {
  const parts = [
    ...(replaced.length === 1 ? [`replace ${replaced[0]} with a clean copy`] : []),
    ...(replaced.length > 1 ? [`replace ${replaced.length} containers, one after the other`] : []),
    ...(removed.length === 1 ? [`remove ${removed[0]}`] : []),
    ...(removed.length > 1 ? [`remove ${removed.length} foreign containers`] : []),
  ]
  const text = parts.join('; ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function stepsOf(healing: Healing): Plan['steps'] {
  const { container } = healing
  if (healing.kind === 'remove')
    return [{ action: 'remove', what: container, detail: 'It is not ours' }, ...healing.volumes]
  return [
    {
      action: 'create',
      what: `a clean ${container}`,
      detail: 'From the same snapshot, under the same name, with its volumes',
    },
    { action: 'check', what: healing.checks, detail: 'They pass before it gets any traffic' },
    { action: 'remove', what: healing.runsAs, detail: 'Once its last request has been answered' },
  ]
}
