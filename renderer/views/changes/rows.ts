import type { DiffKind, DiffRow } from '../../../shared/rules/diff.ts'
import { countWords } from '../../words/amounts.ts'

const kinds: Readonly<Record<DiffKind, string>> = {
  service: 'Service',
  image: 'Image',
  replicas: 'Replicas',
  entrypoint: 'Entrypoint',
  command: 'Command',
  environment: 'Variable',
  port: 'Port',
  mount: 'Mount',
  check: 'Check',
  pace: 'Pace of checks',
  dependency: 'Starts after',
  label: 'Label',
  limit: 'Limit',
  setting: 'Setting',
  data: 'Data',
  'left-out': 'Path left out',
}

/** A difference in words: its kind, and its name where there are several of the kind. */
export function whatWords({ what, name }: DiffRow): { readonly kind: string; readonly name: string } {
  return { kind: kinds[what], name: what === 'service' || what === 'data' ? '' : name }
}

/** `2 images and 1 variable in 2 services`: what differs, counted. */
export function summaryWords(rows: readonly DiffRow[]): string {
  const changed = rows.filter(row => row.change !== 'kept')
  if (changed.length === 0) return 'nothing differs'
  const services = new Set(changed.map(row => row.service).filter(service => service !== '')).size
  const counts = new Map<string, number>()
  for (const row of changed)
    counts.set(kinds[row.what].toLowerCase(), (counts.get(kinds[row.what].toLowerCase()) ?? 0) + 1)
  const parts = [...counts].map(([kind, count]) => (kind === 'replicas' ? kind : countWords(count, kind)))
  const shown = parts.length > 3 ? countWords(changed.length, 'difference') : parts.join(', ')
  return services < 2 ? shown : `${shown} in ${services} services`
}
