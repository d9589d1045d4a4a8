import { create } from 'zustand'
import type { FilePlace } from '../../shared/contract/files.ts'
import type { Input } from '../../shared/contract.ts'
import type { Name, Version } from '../../shared/model/ids.ts'

export type InspectorTab = 'containers' | 'drift' | 'config' | 'stats' | 'logs' | 'terminal'
/** The main area: the chosen fleet, or a list of the engine. */
export type Screen = 'fleet' | 'containers' | 'drift' | 'images' | 'volumes' | 'networks' | 'resources'
/** The version and the containers that a snapshot is taken from; without it what is live. */
export interface SnapshotOf {
  readonly version: Version
  readonly containers: readonly { readonly service: string; readonly container: string }[]
}

/** An endpoint as a person enters it. */
export type EndpointSaid = Input<'endpoint.add'>

export type Dialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'snapshot'; readonly of?: SnapshotOf }
  | {
      readonly kind: 'new-fleet'
      readonly step: 'choose' | 'adopt' | 'import' | 'sample'
      /** Ids of the containers that are to be adopted. */
      readonly picked?: readonly string[]
    }
  | { readonly kind: 'keys' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'add-route' }
  | { readonly kind: 'routes' }
  | { readonly kind: 'rename' }
  | { readonly kind: 'trash' }
  | { readonly kind: 'endpoints' }
  /** `said` is what the form begins with; `isNew` when there is no such endpoint yet. */
  | { readonly kind: 'endpoint'; readonly said: EndpointSaid; readonly isNew: boolean }
  | { readonly kind: 'copy-fleet' }
  | { readonly kind: 'mark'; readonly seq: number }
  | { readonly kind: 'rename-container'; readonly id: string }
  | { readonly kind: 'files'; readonly place: FilePlace; readonly name: string }
  | { readonly kind: 'pull-image' }
  | { readonly kind: 'build-image' }
  | { readonly kind: 'load-images' }
  | { readonly kind: 'tag-image'; readonly id: string }
  | { readonly kind: 'save-images'; readonly images: readonly string[] }
  | { readonly kind: 'new-volume' }
  | { readonly kind: 'new-network' }
  | { readonly kind: 'network'; readonly id: string }

/** The state of this window alone: screen, dialog, selection. The app does not know it. */
export interface View {
  readonly screen: Screen
  /** The only endpoint that is shown; null for all of them, where the engine's rooms show the default one. */
  readonly endpoint: Name | null
  /** Whether the lists of the rooms are of all endpoints at once, where there are several. */
  readonly isAllListed: boolean
  /** The endpoint of the row that a person has touched last in such a list: what is done next is done there. */
  readonly about: Name | null
  readonly dialog: Dialog
  /** The pair that a person chose to compare; null for the live version and the candidate. */
  readonly compare: { readonly from: Version; readonly to: Version } | null
  /** The version that the inspector tells of; null for the live one. */
  readonly inspected: Version | null
  readonly inspectorTab: InspectorTab
  /** Open as a drawer where the window is too narrow for a column. */
  readonly isInspectorOpen: boolean
  readonly isSideOpen: boolean
  /** Width of one entry in the timeline, in pixels. */
  readonly timelineZoom: number
  readonly fleetFilter: string
}

export const TIMELINE_ZOOMS = [20, 44, 104, 152] as const

export const useView = create<View>()(() => ({
  screen: 'fleet',
  endpoint: null,
  isAllListed: false,
  about: null,
  dialog: { kind: 'none' },
  compare: null,
  inspected: null,
  inspectorTab: 'containers',
  isInspectorOpen: false,
  isSideOpen: false,
  timelineZoom: 104,
  fleetFilter: '',
}))

export function openDialog(dialog: Dialog): void {
  useView.setState({ dialog, isSideOpen: false })
}

export function closeDialog(): void {
  useView.setState({ dialog: { kind: 'none' } })
}

export function showScreen(screen: Screen): void {
  useView.setState({ screen, about: null, isSideOpen: false })
}

export function inspect(version: Version | null, tab: InspectorTab): void {
  useView.setState({ screen: 'fleet', about: null, inspected: version, inspectorTab: tab, isInspectorOpen: true })
}
