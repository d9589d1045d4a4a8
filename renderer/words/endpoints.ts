import type { EndpointView } from '../../shared/endpoints.ts'

/** How an endpoint is, in a word or two. */
export function endpointWords({ settings, state, stranger }: EndpointView): string {
  if (settings?.connect === false) return 'not connected'
  if (stranger !== null) return 'another engine'
  return { connecting: 'connecting', connected: 'connected', lost: 'not answering' }[state.state]
}

/** Where its engine is an endpoint under other names too. */
export function twinWords({ sameAs }: EndpointView): string | null {
  if (sameAs.length === 0) return null
  return `Same engine as ${sameAs.join(', ')}: what it holds is shown and watched twice`
}

/** The state that an endpoint's dot shows. One that is switched off is not lost. */
export function endpointMark({ settings, state }: EndpointView): 'connecting' | 'connected' | 'lost' | 'off' {
  return settings?.connect === false ? 'off' : state.state
}
