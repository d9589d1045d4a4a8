import { hasApt, installPackages } from '../../main/hosts/setup/packages.ts'
import { say } from '../../main/hosts/setup/tool.ts'
import { toFailure } from '../../shared/failure.ts'

/** Installs what is missing, as `npm test` does: says what, and asks on a terminal. Goes on without what may not be had. */
export async function offerPackages(wanted: readonly string[], why: string): Promise<void> {
  if (!hasApt()) return
  await installPackages(wanted, why).catch(error => {
    const { message, hint } = toFailure(error)
    say([message, hint].join('\n  '))
  })
}
