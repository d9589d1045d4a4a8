import { create } from 'zustand'
import type { ImageSummary, Transfer } from '../../shared/contract/images.ts'
import type { Failure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'
import { worthTelling } from './volumes.ts'

interface Images {
  /** Whose they are; the default one's if undefined. */
  readonly endpoint: Name | undefined
  /** Null until they were heard once. */
  readonly rows: readonly ImageSummary[] | null
  readonly failure: Failure | null
  readonly transfers: readonly Transfer[]
  /** The transfer whose layers or lines are shown, by its id. */
  readonly opened: string | null
  /** Transfers that a person has seen enough of, by their ids. */
  readonly dismissed: readonly string[]
}

const none: readonly never[] = []

export const useImages = create<Images>()(() => ({
  endpoint: undefined,
  rows: null,
  failure: null,
  transfers: none,
  opened: null,
  dismissed: none,
}))

/** Follows the images, and what comes and goes of them, while they are looked at. Returns its stop. */
export function followImages(endpoint: Name | undefined): () => void {
  useImages.setState(old => (old.endpoint === endpoint ? old : { endpoint, rows: null, failure: null }))
  const stops = [
    follow(
      'images.state',
      { endpoint },
      ({ images, failure }) =>
        useImages.setState(old => {
          const rows = images === null ? old.rows : keepRows(old.rows, images)
          return { rows, failure: worthTelling(rows, failure) }
        }),
      failure => useImages.setState({ failure }),
    ),
    follow('images.transfers', {}, transfers =>
      useImages.setState(old => ({ transfers: keepSame(old.transfers, transfers) })),
    ),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Rows that say the same stay the same objects, wherever they stand by now. */
function keepRows(before: readonly ImageSummary[] | null, rows: readonly ImageSummary[]) {
  const known = new Map(before?.map(row => [row.id, row]))
  return keepSame(
    before,
    rows.map(row => keepSame(known.get(row.id), row)),
  )
}

export function dismissTransfer(id: string): void {
  useImages.setState(old => ({ dismissed: [...old.dismissed, id] }))
}
