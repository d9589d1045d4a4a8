import { TIMELINE_ZOOMS, useView } from '../../state/view.ts'

/** One step closer (1) or further away (-1). */
export function zoomBy(step: number): void {
  useView.setState(view => {
    const at = TIMELINE_ZOOMS.findIndex(zoom => zoom >= view.timelineZoom)
    return { timelineZoom: TIMELINE_ZOOMS[Math.min(Math.max(at + step, 0), TIMELINE_ZOOMS.length - 1)] ?? 104 }
  })
}
