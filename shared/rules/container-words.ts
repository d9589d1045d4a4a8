import type { ListedContainer } from '../contract/containers.ts'
import { assertNever } from '../failure.ts'

/** The state of a container in a word or two: `healthy`, `running`, `paused`. */
export function stateWords({ state, health }: Pick<ListedContainer, 'state' | 'health'>): string {
  return state === 'running' && health !== 'none' ? health : state
}

/** Whom it belongs to, in a few words. */
export function belongingWords({ belongs }: Pick<ListedContainer, 'belongs'>): string {
  switch (belongs.kind) {
    case 'set':
      return `${belongs.service} of ${belongs.fleet} ${belongs.version}, ${belongs.state}`
    case 'data':
      return `data service ${belongs.service} of ${belongs.fleet}`
    case 'source':
      return `what ${belongs.service} of ${belongs.fleet} was adopted from`
    case 'foreign':
      return `says that it is part of ${belongs.fleet}, which does not know it`
    case 'compose':
      return `${belongs.service} of the Compose project ${belongs.project}`
    case 'loose':
      return 'belongs to nothing'
    default:
      return assertNever(belongs)
  }
}
