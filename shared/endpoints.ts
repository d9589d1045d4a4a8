import * as z from 'zod'
import { EndpointState } from './model/app-state.ts'
import { Name } from './model/ids.ts'

/** The colour of an endpoint, always beside its name. */
export const EndpointColour = z.enum(['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'])
export type EndpointColour = z.infer<typeof EndpointColour>

/** Paths of PEM files on this machine; null where there is none, and the system's own certificates are asked. */
export const TlsPaths = z.strictObject({
  ca: z.string().min(1).nullable(),
  cert: z.string().min(1).nullable(),
  key: z.string().min(1).nullable(),
})
export type TlsPaths = z.infer<typeof TlsPaths>

/** One endpoint as it is kept. No secrets: keys are paths, passphrases and passwords are asked for. */
export const EndpointSettings = z.strictObject({
  name: Name,
  /** Its id in the journal: the first name that it had. Absent while that is its name. */
  id: Name.optional(),
  /** `unix:///run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://host:2376`, `ssh://user@host:22`. */
  address: z.string().trim().min(1).max(1000),
  /** Given with a `tcp://` address that is to speak TLS; null for every other way. */
  tls: TlsPaths.nullable().default(null),
  /** Whether `tcp://` to another machine may go unprotected: somebody was warned and wants it so. */
  allowsPlain: z.boolean().default(false),
  /**
   * Where the ports that its containers publish are reached from here, for ways that carry no other connections; null for
   * none. New containers publish on it where it is an address, on every address of that machine where it is a name: either
   * way others reach them as well. It is used once a port there has answered.
   */
  publishedHost: z.string().trim().min(1).max(253).nullable().default(null),
  colour: EndpointColour.default('blue'),
  /** The id that the engine told at the first connect, from then on the only one that is used; null before. */
  engineId: z.string().min(1).nullable().default(null),
  /** Whether it is connected to, now and at the next start. */
  connect: z.boolean().default(true),
})
export type EndpointSettings = z.infer<typeof EndpointSettings>

/** An endpoint as everyone sees it. */
export const EndpointView = z.strictObject({
  name: Name,
  /** Null for the default one, and for one that fleets live on and that the settings do not know any more. */
  settings: EndpointSettings.nullable(),
  state: EndpointState,
  /** The id of another engine than the one that is meant, where such a one answers: it is not used until it is trusted. */
  stranger: z.string().nullable(),
  /** Other endpoints that lead to the same engine. */
  sameAs: z.array(Name),
  /** Whether it is another machine than this one, as far as its address tells. */
  isRemote: z.boolean(),
  fleets: z.int(),
})
export type EndpointView = z.infer<typeof EndpointView>

/** A place where an engine may be and that is no endpoint yet: a context of the docker command line, a usual socket. */
export const FoundEndpoint = z.strictObject({
  /** A name that is still free. */
  name: Name,
  address: z.string(),
  tls: TlsPaths.nullable(),
  /** `context lab`, `Podman's socket`. */
  source: z.string(),
  isRemote: z.boolean(),
})
export type FoundEndpoint = z.infer<typeof FoundEndpoint>
