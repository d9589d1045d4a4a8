import type { Name } from '../../shared/model/ids.ts'
import { chooseFleet } from './feeds.ts'
import { useFleet } from './fleet.ts'
import { useFleets } from './fleets.ts'
import { useView } from './view.ts'

/** Shows the fleets and the lists of one endpoint, or those of all; the fleet that is open stays if it is one of them. */
export function chooseEndpoint(endpoint: Name | null): void {
  useView.setState({ endpoint, isAllListed: endpoint === null, about: null })
  const fleets = useFleets.getState().fleets ?? []
  const shown = endpoint === null ? fleets : fleets.filter(fleet => fleet.endpoint === endpoint)
  const { name } = useFleet.getState()
  if (!shown.some(fleet => fleet.name === name)) chooseFleet(shown[0]?.name ?? name)
}
