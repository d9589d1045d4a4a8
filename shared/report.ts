/** Parts of a debug report that only a running app knows. */
export const LIVE_SECTIONS = [
  'endpoints',
  'doctor',
  'fleets',
  'operations',
  'terminals',
  'routingTable',
  'proxy',
  'readOnly',
] as const

/** Each part is gathered when it is asked for. */
export type LiveSections = Readonly<Record<(typeof LIVE_SECTIONS)[number], () => unknown>>

/** The name of a report's file, by its time in milliseconds since the epoch. */
export function reportName(at: number): string {
  return `flotilla-debug-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}.json`
}
