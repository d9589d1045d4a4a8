import { fail } from '../../../shared/failure.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import { count } from '../../../shared/rules/count.ts'
import { COMPOSE_LABEL_PREFIX } from '../../../shared/rules/names.ts'
import { openRun } from '../../../shared/rules/secrets.ts'
import type { Parts } from '../parts.ts'

/**
 * The run configuration as the engine is to get it: secrets in plain, and the labels that the image would bring along
 * from Compose overridden.
 */
export async function openContainerRun(
  parts: Parts,
  planned: { imageId: string; service: string; run: RunConfig },
  signal: AbortSignal,
): Promise<RunConfig> {
  const { run, missing } = openRun(planned.run, reference => parts.store.secrets.open(reference))
  if (missing.length > 0) {
    fail(
      'not-found',
      `${planned.service} needs ${count(missing.length, 'secret value')} that are not kept here any more`,
      {
        hint: 'Take a new snapshot from a container that has them',
      },
    )
  }
  const image = await parts.engine.inspectImage(planned.imageId, { signal })
  const inherited = [...image.labels.keys()].filter(name => name.startsWith(COMPOSE_LABEL_PREFIX))
  const own = run.labels.filter(([name]) => !name.startsWith(COMPOSE_LABEL_PREFIX))
  return { ...run, labels: [...own, ...inherited.map((name): [string, string] => [name, ''])] }
}
