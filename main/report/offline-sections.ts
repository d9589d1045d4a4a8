import { fail } from '../../shared/failure.ts'
import { LIVE_SECTIONS, type LiveSections } from '../../shared/report.ts'
import { diagnoseEndpoint } from '../engine/open-engine.ts'
import type { HomeInput } from './home-sections.ts'

/** The sections of a report where no app answers: the reason, and a look at the engine from here. */
export function offlineSections(
  { home, environment }: HomeInput,
  { endpoint, why }: { readonly endpoint: string | undefined; readonly why: string },
): LiveSections {
  const missing = LIVE_SECTIONS.map(name => [name, () => fail('unreachable', why)] as const)
  return {
    ...(Object.fromEntries(missing) as unknown as LiveSections),
    doctor: () => diagnoseEndpoint({ endpoint, home, environment }, { deadlineMs: 20_000 }),
  }
}
