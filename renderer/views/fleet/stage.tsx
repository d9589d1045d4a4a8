import { useElementSize } from '@mantine/hooks'
import { useLayoutEffect, useRef, useState } from 'react'
import { useFleet } from '../../state/fleet.ts'
import { versionsIn } from '../../state/versions.ts'
import { cardWidth, GAP } from './geometry.ts'
import { RouteLine } from './route-line.tsx'
import classes from './stage.module.css'
import { useRouteDrag } from './use-route-drag.ts'
import { VersionStrip } from './version-strip.tsx'

/** The versions in the order they were made, and the line from the route to the one that is live. */
export function Stage() {
  const fleet = useFleet(state => state.name)
  const versions = useFleet(state => versionsIn(state.view))
  const { ref: sizeRef, width: strip } = useElementSize()
  const scroll = useRef<HTMLDivElement>(null)
  const [scrolled, setScrolled] = useState(0)
  const card = cardWidth(strip, versions.length)
  const drag = useRouteDrag({ versions, card, scroll })

  // The newest versions are what people work with: they are in sight first, and again when one is added.
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the fleet, its size or the strip changes
  useLayoutEffect(() => {
    scroll.current?.scrollTo({ left: versions.length * (card + GAP) })
  }, [fleet, versions.length, strip])

  return (
    <section className={classes.stage} aria-label="Versions" ref={sizeRef}>
      <RouteLine card={card} scrolled={scrolled} strip={strip} drag={drag} />
      <VersionStrip
        key={fleet}
        versions={versions}
        card={card}
        target={drag.over}
        scrollRef={scroll}
        isScrolled={scrolled > 4}
        onScroll={() => setScrolled(scroll.current?.scrollLeft ?? 0)}
      />
    </section>
  )
}
