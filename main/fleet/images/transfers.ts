import type { Transfer } from '../../../shared/contract/images.ts'
import type { Failure } from '../../../shared/failure.ts'
import { createListeners } from '../../../shared/listeners.ts'
import type { TransferNews } from '../../engine/image-moves.ts'

/** Images that come and go and builds, with what was said of them; bounded, whatever is said. */
export interface Transfers {
  list(): readonly Transfer[]
  onChange(listener: () => void): () => void
  begin(what: Pick<Transfer, 'id' | 'kind' | 'title' | 'startedAt'>): {
    hear(news: TransferNews): void
    end(failure: Failure | null): void
  }
}

const mostLines = 400
const longestLine = 2_000
const mostLayers = 500

/** As many that have ended stay in sight. */
const mostEnded = 20

export function createTransfers(): Transfers {
  const transfers = new Map<string, Transfer>()
  const listeners = createListeners()
  const put = (transfer: Transfer) => {
    transfers.set(transfer.id, transfer)
    listeners.tell()
  }
  const forgetOldest = () => {
    const ended = [...transfers.values()].filter(({ state }) => state !== 'running')
    for (const { id } of ended.slice(0, Math.max(0, ended.length - mostEnded))) transfers.delete(id)
  }
  return {
    list: () => [...transfers.values()],
    onChange: listeners.add,
    begin(what) {
      forgetOldest()
      // Under a name that was used before it is the newest again.
      transfers.delete(what.id)
      let now: Transfer = { ...what, state: 'running', layers: [], lines: [], earlierLines: 0, failure: null }
      put(now)
      return {
        hear(news) {
          now = heard(now, news)
          put(now)
        },
        end(failure) {
          const state = failure === null ? 'done' : failure.code === 'cancelled' ? 'cancelled' : 'failed'
          now = { ...now, state, failure }
          put(now)
        },
      }
    },
  }
}

function heard(transfer: Transfer, news: TransferNews): Transfer {
  if (news.kind === 'line') {
    const fresh = news.text.split(/\r?\n/).filter(line => line.trim() !== '')
    const lines = [...transfer.lines, ...fresh.map(line => line.slice(0, longestLine))]
    const over = Math.max(0, lines.length - mostLines)
    return { ...transfer, lines: lines.slice(over), earlierLines: transfer.earlierLines + over }
  }
  const { kind: _, ...layer } = news
  const at = transfer.layers.findIndex(one => one.id === layer.id)
  if (at === -1 && transfer.layers.length >= mostLayers) return transfer
  // Some statuses are told without a number: what was counted before stays.
  const before = transfer.layers[at]
  const counted =
    layer.total === 0 && before !== undefined ? { ...layer, total: before.total, done: before.total } : layer
  return { ...transfer, layers: at === -1 ? [...transfer.layers, counted] : transfer.layers.with(at, counted) }
}
