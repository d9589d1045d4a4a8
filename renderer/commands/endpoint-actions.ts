import type { Name } from '../../shared/model/ids.ts'
import { call } from '../session.ts'
import { useView } from '../state/view.ts'

/** Renames an endpoint; the one that is shown stays shown under its new name. */
export async function renameEndpoint(from: Name, to: Name): Promise<void> {
  const isShown = useView.getState().endpoint === from
  await call('endpoint.rename', { endpoint: from, name: to })
  if (isShown) useView.setState({ endpoint: to })
}
