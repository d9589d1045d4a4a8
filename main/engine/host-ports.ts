import { codeOfFailure } from './engine-failure.ts'
import type { CallOptions } from './model.ts'
import type { ContainerItem, ContainerReply } from './replies.ts'

/** Containers inspected side by side. */
const ABREAST = 4

/** Reads which host ports the containers of a list have. Bindings last as long as their container: each is read once. */
export function hostPortReader(
  inspect: (id: string, options?: CallOptions) => Promise<Pick<ContainerReply, 'HostConfig'>>,
): (items: readonly ContainerItem[], options?: CallOptions) => Promise<ReadonlySet<number>> {
  const known = new Map<string, readonly number[]>()

  async function read(id: string, options?: CallOptions): Promise<void> {
    try {
      const { HostConfig } = await inspect(id, options)
      const ports = [...HostConfig.PortBindings.values()].flat().map(({ HostPort }) => Number(HostPort))
      known.set(id, ports.filter(isPort))
    } catch (error) {
      // Removed since the list was made, or nothing that makes sense: a port that is taken is noticed at the start, too.
      if (['unreachable', 'timeout', 'cancelled'].includes(codeOfFailure(error) ?? 'internal')) throw error
    }
  }

  return async (items, options) => {
    const listed = new Set(items.map(item => item.Id))
    for (const id of known.keys()) if (!listed.has(id)) known.delete(id)
    const unknown = items.filter(item => item.State !== 'running' && !known.has(item.Id)).values()
    const readAll = async () => {
      for (const item of unknown) await read(item.Id, options)
    }
    await Promise.all(Array.from({ length: ABREAST }, readAll))
    const running = items.flatMap(item => item.Ports.map(port => port.PublicPort)).filter(isPort)
    return new Set([...running, ...[...known.values()].flat()])
  }
}

/** A binding without a number, or with a range, has no port of its own. */
function isPort(port: number): boolean {
  return port > 0
}
