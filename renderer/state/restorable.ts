import { create } from 'zustand'
import type { Version } from '../../shared/model/ids.ts'
import type { Restorable } from '../../shared/model/views.ts'

interface RestorableFeed {
  readonly checked: readonly Restorable[]
}

/** Which versions of the followed fleet can still be brought back, as it was looked at in the background. */
export const useRestorable = create<RestorableFeed>()(() => ({ checked: [] }))

/** Why a version cannot be brought back, or '' where it can or was not looked at yet. */
export function troubleOf(checked: readonly Restorable[], version: Version | null): string {
  const found = checked.find(one => one.version === version)
  return found === undefined || found.restorable ? '' : found.problems.join('; ')
}
