import { useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import { GAP } from './geometry.ts'
import classes from './stage.module.css'
import { VersionCard } from './version-card.tsx'

interface Props {
  readonly versions: readonly Version[]
  /** Width of a card, in pixels. */
  readonly card: number
  /** The version that the route is being dragged to. */
  readonly target: Version | null
  readonly scrollRef: RefObject<HTMLDivElement | null>
  /** Whether earlier versions are out of sight. */
  readonly isScrolled: boolean
  readonly onScroll: () => void
}

export function VersionStrip({ versions, card, target, scrollRef, isScrolled, onScroll }: Props) {
  const columns = useVirtualizer({
    horizontal: true,
    count: versions.length,
    estimateSize: () => card + GAP,
    overscan: 3,
    getScrollElement: () => scrollRef.current,
    getItemKey: index => `${versions[index]}/${card}`,
  })
  if (versions.length === 0) return <p className={classes.none}>No version yet. Take a snapshot to make the first.</p>
  return (
    <div ref={scrollRef} className={classes.strip} data-scrolled={isScrolled || undefined} onScroll={onScroll}>
      <ul className={classes.cards} style={{ width: versions.length * (card + GAP) - GAP }}>
        {columns.getVirtualItems().map(({ index }) => {
          const version = versions[index]
          return version === undefined ? null : (
            <li
              key={version}
              className={classes.place}
              style={{ width: card, transform: `translateX(${index * (card + GAP)}px)` }}
            >
              <VersionCard version={version} isTarget={version === target} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
