import { fail } from '../../../shared/failure.ts'

/** The span of the Engine API that is spoken here. */
const OLDEST = '1.24'
const NEWEST = '1.55'
/** Later ones keep to themselves what a committed image remembers of its container. */
const MOST_TELLING = '1.44'

/** The version that tells most, or the nearest to it that both sides speak. */
export function negotiate(newest: string, oldest: string): string {
  if (newer(OLDEST, newest)) {
    fail('unsupported', `This engine speaks API ${newest} at most, and Flotilla ${OLDEST} to ${NEWEST}`, {
      hint: 'Update Docker on the machine of the engine',
    })
  }
  if (oldest !== '' && newer(oldest, NEWEST)) {
    fail('unsupported', `This engine speaks API ${oldest} at least, and Flotilla ${OLDEST} to ${NEWEST}`, {
      hint: 'Update Flotilla',
    })
  }
  if (newer(oldest, MOST_TELLING)) return oldest
  return newer(newest, MOST_TELLING) ? MOST_TELLING : newest
}

function newer(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor > bMajor || (aMajor === bMajor && aMinor > bMinor)
}
