import { type RefObject, useEffect } from 'react'
import { zoomBy } from './zoom.ts'

/** Ctrl with the wheel zooms; the wheel alone scrolls sideways. Not passive, since the page must not zoom as well. */
export function useWheelZoom(scroll: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = scroll.current
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        zoomBy(event.deltaY > 0 ? -1 : 1)
      } else if (element !== null && Math.abs(event.deltaY) > Math.abs(event.deltaX)) {
        event.preventDefault()
        element.scrollLeft += event.deltaY
      }
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [scroll])
}
