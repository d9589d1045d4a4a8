import type { EngineThings } from '../model/journal.ts'
import { shortVolume } from './anonymous-volumes.ts'
import { staysText, type UsedNetwork, usedByText } from './set-network.ts'

/** Things that a removal leaves behind because containers of others use them. */
export interface LeftBehind {
  readonly networks: readonly UsedNetwork[]
  /** Anonymous volumes. */
  readonly volumes: readonly { readonly name: string; readonly users: readonly string[] }[]
  readonly tags: readonly (EngineThings['tags'][number] & { readonly users: readonly string[] })[]
}

export const nothingLeft: LeftBehind = { networks: [], volumes: [], tags: [] }

/** An image without a tag is named by the first digits of its id. */
function shortId(name: string): string {
  return name.startsWith('sha256:') ? name.slice(7, 19) : name
}

/** Each thing that stays, in a sentence. */
export function staysTexts({ networks, volumes, tags }: LeftBehind): string[] {
  return [
    ...networks.map(staysText),
    ...volumes.map(({ name, users }) => `the anonymous volume ${shortVolume(name)} stays: ${usedByText(users)}`),
    ...tags.map(
      ({ name, users }) => `image ${shortId(name)} stays: ${usedByText(users)}; it is removed when nothing uses it`,
    ),
  ]
}

/**
 * The networks and tags that are removed as soon as nobody uses them, or undefined. A volume is not: its next user may have written what
 * nobody else has.
 */
export function stillToRemove({ networks, tags }: LeftBehind): EngineThings | undefined {
  if (networks.length === 0 && tags.length === 0) return undefined
  return {
    containers: [],
    networks: networks.map(({ id, attached }) => ({ id, attached: [...attached] })),
    tags: tags.map(({ name, imageId }) => ({ name, imageId })),
    volumes: [],
  }
}
