import * as z from 'zod'
import { EndpointSettings, EndpointView, FoundEndpoint } from '../endpoints.ts'
import { Diagnosis } from '../model/app-state.ts'
import { Name } from '../model/ids.ts'
import { feed, method, nothing } from './method.ts'

/** An endpoint as a person enters it, without the ids that the app learns. */
const EndpointInput = EndpointSettings.omit({ engineId: true, id: true })
const OfEndpoint = z.strictObject({ endpoint: Name })

/** The Docker daemons that we can reach. */
export const endpointsContract = {
  /** Every endpoint, the default one first. */
  'endpoints.state': feed(nothing, z.array(EndpointView)),
  'endpoint.list': method(nothing, z.array(EndpointView)),
  /** Where else an engine may be: contexts of the docker command line, which are read and never written, and usual sockets. */
  'endpoint.find': method(nothing, z.array(FoundEndpoint)),
  /** Keeps it and begins to connect. A name that fleets live under already is an endpoint that was lost, and is theirs again. */
  'endpoint.add': method(EndpointInput, EndpointView),
  /** Everything but the name. Another address leads to the same engine, or to one that must be trusted. */
  'endpoint.edit': method(EndpointInput, EndpointView),
  /**
   * Gives it another name: its fleets, what the journal tells of it and what goes on there stay its own. Fails `conflict`
   * for a name that is taken, or that a Docker context to elsewhere has.
   */
  'endpoint.rename': method(OfEndpoint.extend({ name: Name }), EndpointView),
  /** Refused while fleets live there. What runs there is not touched. */
  'endpoint.remove': method(OfEndpoint, nothing),
  /** The doctor's steps at an endpoint that need not be one of ours. Changes nothing. */
  'endpoint.test': method(EndpointInput, Diagnosis),
  'endpoint.connect': method(OfEndpoint, EndpointView),
  'endpoint.disconnect': method(OfEndpoint, EndpointView),
  /** From now on the engine with this id, which answers there instead of the one that was known, is the one that is meant. */
  'endpoint.trust': method(OfEndpoint.extend({ engineId: z.string().min(1) }), EndpointView),
} as const
