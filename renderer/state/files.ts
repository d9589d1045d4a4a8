import { create } from 'zustand'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { FileDifference } from '../../shared/model/views.ts'
import type { Progress } from '../../shared/wire.ts'
import { call } from '../session.ts'
import type { Pair } from './compare.ts'

/** The files that differ between two versions. Long work, so it is begun by a person and can be cancelled. */
export type Files =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'reading'; readonly progress: Progress | null }
  | { readonly kind: 'here'; readonly files: readonly FileDifference[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

interface FilesState {
  /** Fleet and versions that it compares: `shop/v7/v8`. */
  readonly key: string
  readonly files: Files
}

export const useFiles = create<FilesState>()(() => ({ key: '', files: { kind: 'unasked' } }))

let abort = new AbortController()

export function filesKey(fleet: string, { from, to }: Pair): string {
  return `${fleet}/${from}/${to}`
}

export async function readFiles(fleet: string, pair: Pair): Promise<void> {
  stopFiles()
  abort = new AbortController()
  const { signal } = abort
  const key = filesKey(fleet, pair)
  const put = (files: Files) => {
    if (!signal.aborted) useFiles.setState({ key, files })
  }
  put({ kind: 'reading', progress: null })
  try {
    const onProgress = (progress: Progress) => put({ kind: 'reading', progress })
    put({ kind: 'here', files: await call('snapshot.files', { fleet, ...pair }, { signal, onProgress }) })
  } catch (error) {
    put({ kind: 'failed', failure: toFailure(error) })
  }
}

export function stopFiles(): void {
  abort.abort()
  useFiles.setState({ key: '', files: { kind: 'unasked' } })
}
