import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Container } from './container.ts'
import type { World } from './daemon.ts'
import { refuse } from './refusal.ts'

export interface Call {
  readonly world: World
  /** The part of the path that is a name or an id. */
  readonly name: string
  readonly query: URLSearchParams
  readonly body: Buffer
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** A status, a tar or JSON; undefined where it has written the answer itself. */
export type Answer = number | Buffer | object | undefined
type Handler = (asked: Call) => Promise<Answer> | Answer

export const json = <T>({ body }: Call): T => JSON.parse(body.toString('utf8') || '{}') as T
export const containerOf = ({ world, name }: Pick<Call, 'world' | 'name'>) => world.containers.find(name)
export const isSet = (query: URLSearchParams, name: string) => ['1', 'true'].includes(query.get(name) ?? '')

/** The things that bear all labels of the filter. */
export function labelled<T>(
  { query }: Call,
  all: Iterable<T>,
  labelsOf: (one: T) => Readonly<Record<string, string>>,
): T[] {
  const { label = [] } = JSON.parse(query.get('filters') || '{}') as { label?: string[] }
  return [...all].filter(one => {
    const labels = labelsOf(one)
    return label.every(said => {
      const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(said) ?? []
      return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value)
    })
  })
}

/** An action on a container that runs, paused or not. */
export const onRunning =
  (act: (container: Container, asked: Call) => Promise<Answer> | Answer): Handler =>
  asked => {
    const container = containerOf(asked)
    if (!container.isRunning) refuse(409, `container ${container.id} is not running`)
    return act(container, asked)
  }

export function lines(...values: readonly object[]): Buffer {
  return Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join(''))
}

/** A method, the form of a path, and what answers it. */
export type Routes = readonly (readonly [string, RegExp, Handler])[]
