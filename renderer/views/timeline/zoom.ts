import { TIMELINE_ZOOMS, useView } from '../../state/view.ts'

/** Zooms in (1) or out (-1) by a step. */
export function zoomBy(step: number): void {
  useView.setState(view => {
    const at = TIMELINE_ZOOMS.findIndex(zoom => zoom >= view.timelineZoom)
    return { timelineZoom: TIMELINE_ZOOMS[Math.min(Math.max(at + step, 0), TIMELINE_ZOOMS.length - 1)] ?? 104 }
  })
}
