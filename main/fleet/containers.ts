import type { ContainerSummary } from '../../shared/model.ts'
import { LABEL } from '../../shared/rules/names.ts'
import type { Parts } from './parts.ts'

/** Every container of the endpoint, running or not. */
export async function listContainers(parts: Parts, signal: AbortSignal): Promise<ContainerSummary[]> {
  const rows = await parts.engine.listContainers({ labels: [], all: true }, { signal })
  return rows.map(row => {
    const project = row.labels.get('com.docker.compose.project')
    const service = row.labels.get('com.docker.compose.service')
    return {
      id: row.id,
      name: row.name,
      image: row.image,
      state: row.state,
      compose: project && service ? { project, service } : null,
      fleet: row.labels.get(LABEL.fleet) ?? null,
      ports: [...new Set(row.ports.map(port => port.port))],
      volumes: [...row.volumes],
    }
  })
}
