import { create } from 'zustand'

/** From here on a time that is shown would mislead. In milliseconds. */
const NOTICED = 5 * 60_000

interface Clock {
  /** How many minutes the app's clock is ahead of this window's; 0 while they agree well enough. */
  readonly minutesAhead: number
}

export const useClock = create<Clock>()(() => ({ minutesAhead: 0 }))

/** Called with the app's time whenever a feed tells it, and with this window's. Both in milliseconds since the epoch. */
export function hearClock(at: number, now = Date.now()): void {
  const ahead = at - now
  const minutesAhead = Math.abs(ahead) < NOTICED ? 0 : Math.round(ahead / 60_000)
  // Readings arrive a little late, each by another little: a minute more or less is not news.
  const told = useClock.getState().minutesAhead
  const isNews = minutesAhead === 0 || told === 0 ? minutesAhead !== told : Math.abs(minutesAhead - told) > 1
  if (isNews) useClock.setState({ minutesAhead })
}
