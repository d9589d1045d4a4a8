import type { ListedContainer } from '../../../shared/contract/containers.ts'
import type { ContainerNow } from '../../../shared/contract/stats.ts'
import { useUsageNow } from '../../state/usage-now.ts'
import { cpuWords, sizeWords } from '../../words/amounts.ts'

interface Props {
  readonly container: ListedContainer
}

/** Null where there is nothing to tell: it does not run, or it was not read yet. */
function useNow({ id, state }: ListedContainer): ContainerNow | null {
  const now = useUsageNow(({ containers }) => containers.get(id))
  return state === 'running' || state === 'paused' ? (now ?? null) : null
}

export function CpuCell({ container }: Props) {
  const now = useNow(container)
  return now === null ? null : <span title="Of one CPU">{cpuWords(now.cpu)}</span>
}

export function MemoryCell({ container }: Props) {
  const now = useNow(container)
  if (now === null) return null
  const { memory, memoryLimit } = now
  return <span title={memoryLimit === null ? undefined : `Of ${sizeWords(memoryLimit)}`}>{sizeWords(memory)}</span>
}
