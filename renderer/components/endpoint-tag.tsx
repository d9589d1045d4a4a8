import type { CSSProperties } from 'react'
import type { EndpointColour, EndpointView } from '../../shared/endpoints.ts'
import classes from './endpoint-tag.module.css'
import { Safe } from './safe.tsx'

/** Which engine: its name, its colour, and a word where it is another machine, so that nobody takes it for this one. */
export function EndpointTag({ endpoint }: { readonly endpoint: Pick<EndpointView, 'name' | 'settings' | 'isRemote'> }) {
  return (
    <span className={classes.tag} style={colourOf(endpoint.settings?.colour ?? 'gray')}>
      <span className={classes.mark} aria-hidden />
      <Safe className="clip" text={endpoint.name} />
      {endpoint.isRemote ? <span className={classes.remote}>remote</span> : null}
    </span>
  )
}

function colourOf(colour: EndpointColour): CSSProperties {
  // React's types know no custom properties.
  return { '--endpoint': `var(--mantine-color-${colour}-6)` } as CSSProperties
}
