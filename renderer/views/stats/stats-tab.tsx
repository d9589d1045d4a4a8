import type { Version } from '../../../shared/model.ts'

export function StatsTab({ version }: { readonly version: Version }) {
  return <p>{version}</p>
}
