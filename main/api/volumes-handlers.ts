import type { Sites } from '../fleet/endpoints/sites.ts'
import {
  connectContainer,
  createNetwork,
  disconnectContainer,
  followNetworks,
  listNetworks,
  planOfNetworkPrune,
  planOfNetworkRemoval,
  pruneNetworks,
  removeNetworks,
} from '../fleet/volumes/network-list.ts'
import {
  createVolume,
  followVolumes,
  listVolumes,
  planOfVolumePrune,
  planOfVolumeRemoval,
  pruneVolumes,
  removeVolumes,
} from '../fleet/volumes/volume-list.ts'
import { done } from './done.ts'
import type { Room } from './serve.ts'

export function volumesHandlers(sites: Sites): Room<'volume' | 'volumes' | 'network' | 'networks'> {
  return {
    'volumes.state': ({ endpoint }, emit) => followVolumes(sites.at(endpoint), emit),
    'volume.list': ({ endpoint }, { signal }) => listVolumes(sites.at(endpoint), signal),
    'volume.create': (input, call) => done(createVolume(sites.at(input.endpoint), input, call)),
    'volume.removePlan': (input, { signal }) => planOfVolumeRemoval(sites.at(input.endpoint), input, signal),
    'volume.remove': (input, call) => removeVolumes(sites.at(input.endpoint), input, call),
    'volume.prunePlan': (input, { signal }) => planOfVolumePrune(sites.at(input.endpoint), input, signal),
    'volume.prune': (input, call) => pruneVolumes(sites.at(input.endpoint), input, call),

    'networks.state': ({ endpoint }, emit) => followNetworks(sites.at(endpoint), emit),
    'network.list': ({ endpoint }, { signal }) => listNetworks(sites.at(endpoint), signal),
    'network.create': (input, call) => done(createNetwork(sites.at(input.endpoint), input, call)),
    'network.removePlan': (input, { signal }) => planOfNetworkRemoval(sites.at(input.endpoint), input, signal),
    'network.remove': (input, call) => removeNetworks(sites.at(input.endpoint), input, call),
    'network.prunePlan': ({ endpoint }, { signal }) => planOfNetworkPrune(sites.at(endpoint), signal),
    'network.prune': ({ endpoint }, call) => pruneNetworks(sites.at(endpoint), call),
    'network.connect': (input, call) => done(connectContainer(sites.at(input.endpoint), input, call)),
    'network.disconnect': (input, call) => done(disconnectContainer(sites.at(input.endpoint), input, call)),
  }
}
