import type { LeftOut } from '../../shared/model/snapshot.ts'
import { sizeWords } from './amounts.ts'

/** Why a snapshot leaves a path out: `volume shop_data, 1.2 MB`, or that a person left it out. */
export function leftOutWords({ kind, source, bytes }: LeftOut): string {
  return kind === 'path' ? 'left out by choice' : `${kind} ${source}, ${sizeWords(bytes)}`
}
