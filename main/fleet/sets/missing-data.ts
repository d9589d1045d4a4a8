import type { CheckResult } from '../../../shared/model/checks.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { answersAs, notConnectedText } from '../../../shared/rules/data-drift.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from './data-layer.ts'

interface Searched {
  readonly set: Pick<RecordedSet, 'fleetId' | 'network'>
  readonly snapshot: Pick<Snapshot, 'dataServices'>
}

/** The data services that the containers of a set do not find in its network, each as a check that has failed. */
export async function findMissingData(
  parts: Parts,
  { set, snapshot }: Searched,
  signal: AbortSignal,
): Promise<CheckResult[]> {
  const fleet = parts.store.journal.state().fleets.get(set.fleetId)
  const missing: CheckResult[] = []
  for (const data of fleet?.dataServices ?? snapshot.dataServices) {
    const detail = await inspectOrNull(parts, data.container, signal)
    if (detail !== null && answersAs(detail, set.network, data.name)) continue
    const saw = detail === null ? 'the container is gone' : notConnectedText(data, set.network)
    const of = { container: data.container, service: data.name, check: { kind: 'running' as const } }
    missing.push({ ...of, state: 'failed', passes: 0, saw })
  }
  return missing
}
