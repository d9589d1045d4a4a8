import type { ContainerSummary } from '../../../shared/model/views.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import type { Parts } from '../parts.ts'

/** Every container of the endpoint, running or not, but those that only lend us the files of an image for a moment. */
export async function listContainers(parts: Parts, signal: AbortSignal): Promise<ContainerSummary[]> {
  const rows = await parts.engine.listContainers({ labels: [], all: true }, { signal })
  const lasting = rows.filter(row => row.labels.get(LABEL.role) !== 'compare')
  return lasting.map(row => {
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
