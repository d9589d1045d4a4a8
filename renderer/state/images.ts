import { create } from 'zustand'
import type { ImageSummary, Transfer } from '../../shared/contract/images.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'
import { followPlaces, type Listed, nothingListed } from './listed.ts'

interface Images extends Listed<ImageSummary> {
  readonly transfers: readonly Transfer[]
  /** The transfer whose layers or lines are shown, by its id. */
  readonly opened: string | null
  /** Transfers that a person has seen enough of, by their ids. */
  readonly dismissed: readonly string[]
}

const none: readonly never[] = []

export const useImages = create<Images>()(() => ({ ...nothingListed, transfers: none, opened: null, dismissed: none }))

/** Follows the images, and what comes and goes of them, while they are looked at. Returns its stop. */
export function followImages(places: readonly Name[]): () => void {
  const stops = [
    followPlaces<ImageSummary>(useImages, {
      places,
      idOf: ({ id }) => id,
      follow: (endpoint, tell) =>
        follow(
          'images.state',
          { endpoint },
          ({ images: rows, failure }) => tell({ rows, failure }),
          failure => tell({ rows: null, failure }),
        ),
    }),
    follow('images.transfers', {}, transfers =>
      useImages.setState(old => ({ transfers: keepSame(old.transfers, transfers) })),
    ),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

export function dismissTransfer(id: string): void {
  useImages.setState(old => ({ dismissed: [...old.dismissed, id] }))
}
