import type { EndpointView } from '../../shared/endpoints.ts'

/** How an endpoint is, in a word or two. */
export function endpointWords({ settings, state, stranger }: EndpointView): string {
  if (settings?.connect === false) return 'not connected'
  if (stranger !== null) return 'another engine'
  return { connecting: 'connecting', connected: 'connected', lost: 'not answering' }[state.state]
}

/** What its mark shows: one that nobody wants to be connected is not lost. */
export function endpointMark({ settings, state }: EndpointView): 'connecting' | 'connected' | 'lost' | 'off' {
  return settings?.connect === false ? 'off' : state.state
}
