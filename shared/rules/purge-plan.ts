import type { FleetId } from '../model/ids.ts'
import type { Plan } from '../model/plan.ts'
import { bytesText } from './amounts.ts'
import { count } from './count.ts'
import type { State, Trashed } from './fold.ts'
import { chooseRemoval, imageUsers, type SeenImage, userText } from './images.ts'
import { tagsOf } from './snapshot-tags.ts'
import { shortFleetId } from './trash.ts'

type Looking = Parameters<typeof imageUsers>[0]

/** The fate of the images of purged fleets: bytes that are freed for sure, and plan steps for what stays. */
export interface PurgedImages {
  readonly bytes: number
  readonly kept: Plan['steps']
}

/** Images of the purged fleets that others use stay: another fleet, a container, or a name that a person gave. */
export function purgedImages(purged: readonly Trashed[], looking: Looking): PurgedImages {
  const tags = new Set(purged.flatMap(({ snapshots }) => snapshots.flatMap(tagsOf)))
  const users = imageUsers({ ...looking, state: afterPurge(looking.state, purged, tags) })
  const asked = looking.images.filter(image => image.tags.some(tag => tags.has(tag)))
  const isShared = (image: SeenImage) => image.tags.some(tag => !tags.has(tag))
  const { kept, bytes } = chooseRemoval(
    asked.filter(image => !isShared(image)),
    users,
  )
  return {
    bytes,
    kept: [
      ...kept.map(({ image, user }) => ({
        action: 'keep' as const,
        what: `image ${image.tags[0] ?? image.id}`,
        detail: `${userText(user)} uses it`,
      })),
      ...asked.filter(isShared).map(image => ({
        action: 'keep' as const,
        what: `image ${image.tags.find(tag => !tags.has(tag))}`,
        detail: 'only the name that the snapshot gave it goes',
      })),
    ],
  }
}

function afterPurge(state: State, purged: readonly Trashed[], tags: ReadonlySet<string>): State {
  const ids = new Set<FleetId>(purged.map(({ fleet }) => fleet.id))
  const trash = new Map([...state.trash].filter(([id]) => !ids.has(id)))
  return { ...state, trash, goneTags: new Set([...state.goneTags, ...tags]) }
}

export function planOfPurge(purged: readonly Trashed[], images: readonly PurgedImages[]): Plan {
  const versions = purged.reduce((sum, { snapshots }) => sum + snapshots.length, 0)
  const bytes = images.reduce((sum, one) => sum + one.bytes, 0)
  const frees = bytes > 0 ? `, frees ${bytesText(bytes)}` : ''
  return {
    summary:
      purged.length === 0
        ? 'The trash is empty'
        : `Remove ${count(purged.length, 'fleet')} with ${count(versions, 'version')} from the trash for good${frees}`,
    steps: [
      ...purged.map(({ fleet, snapshots }) => ({
        action: 'remove' as const,
        what: `${fleet.name} ${shortFleetId(fleet.id)}`,
        detail: snapshots.map(({ version }) => version).join(' ') || 'no version',
      })),
      ...images.flatMap(({ kept }) => kept),
    ],
    warnings: purged.length === 0 ? [] : [`${purged.length === 1 ? 'Its' : 'Their'} versions cannot be brought back`],
    commands: [],
    choices: [],
    leftOut: [],
  }
}
