import { count } from './count.ts'
import { maskText } from './secrets.ts'

/** A public fingerprint, in spite of its name: most images of language runtimes have one. */
const FINGERPRINT = /\b\w*GPG_KEYS?[= ][\w ]+/g

/**
 * A warning about the build history of an image that a snapshot is based on: `docker history` shows it, and every image
 * made on top inherits it. `steps` are the commands of the history. Null where nothing looks like a secret.
 */
export function historyWarning(service: string, image: string, steps: readonly string[]): string | null {
  const found = steps.map(step => step.replaceAll(FINGERPRINT, '')).filter(step => maskText(step) !== step)
  if (found.length === 0) return null
  return `The image of ${service} (${image}) has what looks like a secret in ${count(found.length, 'step')} of its build history, and a snapshot inherits it. Build it with docker build --secret`
}
