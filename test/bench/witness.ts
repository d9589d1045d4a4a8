const EVERY_MS = 3
/** The work of each sample takes some tens of microseconds. */
const STEPS = 20_000
/** A sample that took so many times the shortest one saw a machine that had other work. */
const SLOW = 2

/**
 * Watches how fast the machine itself is. A virtual one may run at a fifth of its speed for fifty milliseconds, several
 * times a second: whoever is measured then shows the machine's worst percent, not its own.
 */
export function startWitness() {
  const samples: { at: number; ms: number }[] = []
  let shortest = Number.POSITIVE_INFINITY
  const timer = setInterval(() => {
    const ms = sample()
    shortest = Math.min(shortest, ms)
    samples.push({ at: performance.now(), ms })
  }, EVERY_MS)
  return {
    /** For which share of the time the machine was slow, from a time on, by performance.now(). */
    slowShare(since: number): number {
      const seen = samples.filter(({ at }) => at > since)
      return seen.filter(({ ms }) => ms > shortest * SLOW).length / seen.length
    },
    stop: () => clearInterval(timer),
  }
}

function sample(): number {
  const startedAt = performance.now()
  let value = 1
  for (let step = 0; step < STEPS; step++) value *= 1.000001
  // A result that nobody reads need not be computed.
  if (value === 0) throw new Error('a product of positive numbers')
  return performance.now() - startedAt
}
