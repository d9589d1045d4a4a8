import type { Transfer } from '../../../shared/contract/images.ts'
import type { Emit, Item } from '../../../shared/contract.ts'
import { toFailure } from '../../../shared/failure.ts'
import type { TransferNews } from '../../engine/image-moves.ts'
import type { Parts } from '../parts.ts'

/** A person cannot read faster. Milliseconds. */
const apartMs = 200

export function followTransfers(parts: Parts, emit: Emit<Item<'images.transfers'>>): () => void {
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    emit([...parts.transfers.list()])
  }
  tell()
  const stop = parts.transfers.onChange(() => {
    timer ??= setTimeout(tell, apartMs)
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}

/** Runs one transfer in sight of all who look; `asked` is what its caller calls it. */
export async function inSight<T>(
  parts: Parts,
  what: Pick<Transfer, 'kind' | 'title'> & { readonly asked: string | undefined },
  run: (hear: (news: TransferNews) => void) => Promise<T>,
): Promise<T> {
  const { asked, ...told } = what
  const transfer = parts.transfers.begin({ id: asked ?? parts.newId(), ...told, startedAt: parts.now() })
  try {
    const value = await run(transfer.hear)
    transfer.end(null)
    return value
  } catch (error) {
    transfer.end(toFailure(error))
    throw error
  }
}
