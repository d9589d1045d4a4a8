import type { Snapshot } from '../model/snapshot.ts'

/** The tags that a snapshot gave: one for the image of each service, and that of its manifest. */
export function tagsOf({ services, manifestImage }: Pick<Snapshot, 'services' | 'manifestImage'>): readonly string[] {
  return [...services.map(({ image }) => image), manifestImage]
}
