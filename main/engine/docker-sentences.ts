import type { Failure } from '../../shared/failure.ts'

/** A refusal of the engine that is common enough to be told in words of ours. */
interface Sentence {
  readonly pattern: RegExp
  /** Null where the status of the answer tells it. */
  readonly code: Failure['code'] | null
  tell(found: RegExpExecArray): Pick<Failure, 'message' | 'hint'>
}

const sentences: readonly Sentence[] = [
  {
    pattern: /network (\S+).*has active endpoints/i,
    code: 'conflict',
    tell: ([, name]) => ({
      message: `Containers are still connected to the network ${name}`,
      hint: `They are listed with: docker network inspect ${name}`,
    }),
  },
  {
    pattern: /network (\S+) not found/i,
    code: null,
    tell: ([, name]) => ({
      message: `The network ${name} is not on the engine any more`,
      hint: 'A network of a set is made again by: flotilla set start FLEET VERSION',
    }),
  },
  {
    pattern: /container name "\/?([^"]+)" is already in use by container "?(\w+)/i,
    code: null,
    tell: ([, name, holder = '']) => ({
      message: `The name ${name} is taken by the container ${holder.slice(0, 12)}`,
      hint: `Rename or remove that one, then try again: docker rename ${name} ${name}-other`,
    }),
  },
]

/** The engine's own words follow ours; null where we know no better. */
export function dockerSentence(said: string): (Omit<Failure, 'code'> & Pick<Sentence, 'code'>) | null {
  for (const { pattern, code, tell } of sentences) {
    const found = pattern.exec(said)
    if (found === null) continue
    const { message, ...rest } = tell(found)
    return { code, message: `${message} (${said})`, ...rest }
  }
  return null
}
