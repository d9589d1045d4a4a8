import { create } from 'zustand'

export interface Connection {
  readonly state: 'connecting' | 'open' | 'lost' | 'denied'
  /** Since when, in milliseconds since the epoch. */
  readonly since: number
}

/** State of this page's connection to the app. */
export const useConnection = create<Connection>()(() => ({ state: 'connecting', since: Date.now() }))
