import type { ThingsRemoved } from '../../../shared/contract/volumes.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { commandText } from '../../../shared/rules/commands.ts'
import { count } from '../../../shared/rules/count.ts'
import type { chooseThings, Thing } from '../../../shared/rules/volumes.ts'
import type { Running } from '../tell.ts'

/** A kind of thing that is removed by its name, with its words for people and for the docker command line. */
interface Kind<T> {
  readonly one: 'volume' | 'network'
  /** The loss or gain of a removal, in a few words. */
  readonly detail: (thing: T) => string
  readonly remove: (name: string) => Promise<void>
}

type Choice<T extends Thing> = ReturnType<typeof chooseThings<T>>

export function planOfThings<T extends Thing>(
  { doomed, kept }: Choice<T>,
  kind: Pick<Kind<T>, 'one' | 'detail'>,
): Plan {
  const names = doomed.map(thing => thing.name)
  const owned = doomed.flatMap(({ name, owner }) => (owner === null ? [] : [`${name}: ${owner.fleet} loses its data`]))
  return {
    summary: names.length === 0 ? 'There is nothing to remove' : `Remove ${count(names.length, kind.one)}`,
    steps: [
      ...doomed.map(thing => ({ action: 'remove' as const, what: thing.name, detail: kind.detail(thing) })),
      ...kept.map(({ thing, words }) => ({ action: 'keep' as const, what: thing.name, detail: words })),
    ],
    warnings:
      kind.one === 'volume' && names.length > 0 ? [...owned, 'What is in a volume cannot be brought back'] : owned,
    commands: names.length === 0 ? [] : [commandText(['docker', kind.one, 'rm', ...names])],
    choices: [],
    leftOut: [],
  }
}

/** Fails where there is nothing among what was asked for that may go. */
export function refuseAllKept<T extends Thing>({ doomed, kept }: Choice<T>, hints: { readonly owned: string }): void {
  const [first] = kept
  if (doomed.length > 0 || first === undefined) return
  const message = `${first.thing.name} stays: ${first.words}`
  if (first.why === 'owned') fail('refused', message, { hint: hints.owned })
  fail('conflict', message, { hint: 'Remove what uses it first' })
}

/** Nothing is forced: what the engine refuses stays, and is told. */
export async function removeThings<T extends Thing>(
  { doomed, kept }: Choice<T>,
  kind: Kind<T>,
  { signal, progress }: Running,
): Promise<Omit<ThingsRemoved, 'freedBytes'>> {
  const removed: string[] = []
  const stayed = kept.map(({ thing, words }) => ({ name: thing.name, why: words }))
  for (const [index, { name }] of doomed.entries()) {
    signal.throwIfAborted()
    progress(index, doomed.length, `remove ${name}`)
    try {
      await kind.remove(name)
      removed.push(name)
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'conflict') throw error
      stayed.push({ name, why: failure.message })
    }
  }
  return { removed, kept: stayed }
}

/** As they were asked for, each once. */
export function thingsNamed<T extends Thing>(things: readonly T[], names: readonly string[], one: string): T[] {
  return [...new Set(names)].map(
    name => things.find(thing => thing.name === name) ?? fail('not-found', `The engine has no ${one} ${name}`),
  )
}

export function removedText({ removed, kept }: Omit<ThingsRemoved, 'freedBytes'>, one: string): string {
  return `${count(removed.length, one)} removed${kept.length === 0 ? '' : `, ${kept.length} kept`}`
}
