/** Where a lane's line runs, in pixels from the track's top. */
export function laneY(lane: number): number {
  return 34 + lane * 38
}

/** Tall enough for every lane's labels, in pixels. */
export function trackHeight(lanes: number): number {
  return laneY(lanes - 1) + 40
}
