import { MessageChannelMain } from 'electron'
import { type Api, connect } from '../../../shared/connect.ts'
import type { Item } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { HistoryDecision, HistoryStep } from '../../../shared/model/history.ts'
import { Name } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { decideStep } from '../../../shared/rules/history.ts'
import type { Core } from './core.ts'
import { messagePort } from './message-port.ts'

/** The entry of a fleet in the tray. */
export interface FleetOffer {
  readonly name: Name
  readonly live: string | null
  /** The effect of Undo, or the reason why there is none; null until that is known. */
  readonly undo: HistoryDecision | null
}

export interface FleetOffers {
  /** Null while the app does not answer. `more` counts the fleets beyond those. */
  now(): { readonly fleets: readonly FleetOffer[]; readonly more: number } | null
  /** Undoes what the step says, and nothing else: refuses where that is not what Undo would do by now. */
  undo(fleet: Name, step: HistoryStep): Promise<void>
  close(): void
}

const RETRY_MS = 2_000
/** A menu is not a list to scroll through. */
const MOST_FLEETS = 12

/** Follows the fleets as any client does; a connection that is lost is opened again until the offers are closed. */
export function followOffers(core: Core, onChange: () => void): FleetOffers {
  let api: Api | undefined
  let summaries: Item<'fleets.state'> | null = null
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const followed = new Map<Name, FollowedFleet>()

  function attempt(): void {
    const { port1, port2 } = new MessageChannelMain()
    const opened = connect(messagePort(port2))
    api = opened
    opened.onClose(onLoss)
    opened.follow('fleets.state', {}, fleets => hear(opened, fleets))
    // The window asks the core as well, and says why when there is none.
    core.serve(messagePort(port1)).catch(() => port1.close())
  }

  function onLoss(): void {
    api = undefined
    summaries = null
    followed.clear()
    if (isOver) return
    onChange()
    timer = setTimeout(attempt, RETRY_MS)
  }

  function hear(from: Api, fleets: Item<'fleets.state'>): void {
    summaries = fleets
    const names = new Set(fleets.slice(0, MOST_FLEETS).map(fleet => Name.parse(fleet.name)))
    for (const [name, fleet] of followed) {
      if (names.has(name)) continue
      fleet.stop()
      followed.delete(name)
    }
    for (const name of names) if (!followed.has(name)) followed.set(name, followFleet(from, name, onChange))
    onChange()
  }

  attempt()
  return {
    now() {
      if (summaries === null) return null
      const fleets = [...followed].map(([name, { offer }]) => {
        const live = summaries?.find(fleet => fleet.name === name)?.live ?? null
        return { name, live, undo: offer() }
      })
      return { fleets, more: Math.max(0, summaries.length - MOST_FLEETS) }
    },
    async undo(fleet, { undoes: expect }) {
      if (api === undefined) fail('unreachable', 'Flotilla is not connected to its app')
      await api.call('history.undo', expect === null ? { fleet } : { fleet, expect })
    },
    close() {
      isOver = true
      clearTimeout(timer)
      api?.close()
    },
  }
}

interface FollowedFleet {
  offer(): HistoryDecision | null
  stop(): void
}

function followFleet(api: Api, fleet: Name, onChange: () => void): FollowedFleet {
  let view: Item<'fleet.state'> | undefined
  const entries = new Map<number, JournalEntry>()
  const stops = [
    api.follow('fleet.state', { fleet }, item => {
      view = item
      onChange()
    }),
    api.follow('fleet.journal', { fleet }, heard => {
      if (heard.reset) entries.clear()
      for (const entry of heard.entries) entries.set(entry.seq, entry)
      onChange()
    }),
  ]
  return {
    offer() {
      if (view === undefined) return null
      return decideStep({ ...view, entries: [...entries.values()].sort((a, b) => a.seq - b.seq) }, 'undo')
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
