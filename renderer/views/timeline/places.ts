export const TRACK_HEIGHT = 128

/** Where a lane's line runs, in pixels from the track's top. */
export function laneY(lane: number): number {
  return 32 + lane * 34
}
