import { unneededSecrets } from '../../../shared/rules/secrets-needed.ts'
import type { Parts } from '../parts.ts'
import { lostFleets } from './lost-fleets.ts'

/**
 * Drops the secrets that nothing recorded needs any more, once no operation runs: one that does may have sealed a value that
 * the journal does not name yet. Fleets that the journal has lost may need any.
 */
export async function forgetSecrets(parts: Parts): Promise<void> {
  const { operations, store } = parts
  await operations.idle()
  if (operations.list().length > 0 || store.journal.readOnly() !== null || lostFleets(parts) !== null) return
  store.secrets.forget(unneededSecrets(parts.everywhere(), store.secrets.sealed()))
}
