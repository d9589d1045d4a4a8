import { create } from 'zustand'
import type { FileEntry, FilePlace, FilePreview } from '../../shared/contract/files.ts'
import { toFailure } from '../../shared/failure.ts'
import { call } from '../session.ts'
import { atPlace } from './endpoints.ts'
import type { RequestState } from './use-request.ts'

export interface ReadFolder {
  readonly entries: readonly FileEntry[]
  readonly isWhole: boolean
  readonly mostBytes: number
}

interface FilesBrowser {
  readonly place: FilePlace | null
  readonly path: string
  readonly folder: RequestState<ReadFolder>
  /** The file that is looked at, by its name in the folder. */
  readonly chosen: string | null
  readonly preview: RequestState<FilePreview>
}

const MiB = 1024 * 1024
const waiting = { state: 'waiting' } as const

export const useFilesBrowser = create<FilesBrowser>()(() => ({
  place: null,
  path: '/',
  folder: waiting,
  chosen: null,
  preview: waiting,
}))

let reading = new AbortController()

/** Reads one folder; what was being read before is let go. */
export function openFolder(place: FilePlace, path: string, mostBytes = 256 * MiB): void {
  reading.abort()
  reading = new AbortController()
  const { signal } = reading
  useFilesBrowser.setState({ place, path, folder: waiting, chosen: null, preview: waiting })
  call('files.list', { ...atPlace(), place, path, mostBytes }, { signal }).then(
    ({ entries, isWhole }) => {
      if (!signal.aborted)
        useFilesBrowser.setState({ folder: { state: 'here', value: { entries, isWhole, mostBytes } } })
    },
    error => !signal.aborted && useFilesBrowser.setState({ folder: { state: 'failed', failure: toFailure(error) } }),
  )
}

/** Reads four times as far into a folder that was not seen to its end. */
export function readFurther(): void {
  const { place, path, folder } = useFilesBrowser.getState()
  if (place !== null && folder.state === 'here')
    openFolder(place, path, Math.min(folder.value.mostBytes * 4, 65_536 * MiB))
}

export function chooseFile(name: string): void {
  const { place, path } = useFilesBrowser.getState()
  if (place === null) return
  useFilesBrowser.setState({ chosen: name, preview: waiting })
  const isShown = () => useFilesBrowser.getState().chosen === name && useFilesBrowser.getState().path === path
  call('files.preview', { ...atPlace(), place, path: pathIn(path, name) }, { signal: reading.signal }).then(
    value => isShown() && useFilesBrowser.setState({ preview: { state: 'here', value } }),
    error => isShown() && useFilesBrowser.setState({ preview: { state: 'failed', failure: toFailure(error) } }),
  )
}

export function closeFiles(): void {
  reading.abort()
  useFilesBrowser.setState({ place: null })
}

export function pathIn(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
