import * as z from 'zod'
import { feed, method, nothing } from './method.ts'

const Common = {
  id: z.string(),
  /** The endpoint on the way to which it is asked. */
  endpoint: z.string(),
  /** Milliseconds since the epoch. */
  askedAt: z.number(),
}

/** Whether a machine that nobody has recorded yet may be trusted. It is answered with its fingerprint. */
export const HostKeyQuestion = z.strictObject({
  ...Common,
  kind: z.literal('host-key'),
  /** `host`, or `host:port` where that is an unusual one. */
  host: z.string(),
  /** `ssh-ed25519`. */
  type: z.string(),
  /** `SHA256:...`, as ssh shows it. */
  fingerprint: z.string(),
  /** The known_hosts file that a key which is trusted is written to; null where it is trusted for this run alone. */
  recordedIn: z.string().nullable(),
})

/** The passphrase of a key. It is answered with that. */
export const PassphraseQuestion = z.strictObject({
  ...Common,
  kind: z.literal('passphrase'),
  path: z.string(),
  /** Whether another one was told before, and did not open it. */
  isWrong: z.boolean(),
  /** Whether it can be kept where this system keeps passwords. */
  canRemember: z.boolean(),
})

export const OpenQuestion = z.discriminatedUnion('kind', [HostKeyQuestion, PassphraseQuestion])
export type OpenQuestion = z.infer<typeof OpenQuestion>

/** Questions that only a person can answer, such as an unknown host key. */
export const questionsContract = {
  /** Open questions, oldest first. */
  'questions.state': feed(nothing, z.array(OpenQuestion)),
  /** Null for nobody wants to tell. Fails `not-found` when it was answered already. */
  'questions.answer': method(
    z.strictObject({ id: z.string(), answer: z.string().max(10_000).nullable(), remember: z.boolean().default(false) }),
    nothing,
  ),
} as const
