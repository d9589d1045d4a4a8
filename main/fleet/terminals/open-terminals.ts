import { fail } from '../../../shared/failure.ts'
import { createListeners } from '../../../shared/listeners.ts'
import type { TerminalSession } from '../../../shared/terminal.ts'
import type { Engine } from '../../engine/engine.ts'
import { createTerminalOutput, type TerminalOutlet } from './terminal-output.ts'

export interface OpenTerminal {
  session: TerminalSession
  readonly outlet: TerminalOutlet
  readonly exec: Awaited<ReturnType<Engine['openExec']>>
  readonly engine: Engine
}

/** Every terminal of this app, for everyone who looks. They live until they are closed, or their endpoint or the app is. */
export interface Terminals {
  /** The sessions of one engine, or all. */
  list(engine?: Engine): readonly TerminalSession[]
  onChange(listener: () => void): () => void
  add(session: TerminalSession, at: Pick<OpenTerminal, 'exec' | 'engine'>): void
  /** Fails `not-found`. */
  find(id: string): OpenTerminal
  end(id: string, why: string): void
  remove(id: string): void
}

export function createTerminals(): Terminals {
  const held = new Map<string, OpenTerminal>()
  const listeners = createListeners()
  return {
    list: engine =>
      [...held.values()].filter(one => engine === undefined || one.engine === engine).map(({ session }) => session),
    onChange: listeners.add,
    add(session, { exec, engine }) {
      held.set(session.id, { session, exec, engine, outlet: createTerminalOutput(exec) })
      listeners.tell()
    },
    find: id => held.get(id) ?? fail('not-found', 'That terminal was closed'),
    end(id, why) {
      const found = held.get(id)
      if (found === undefined) return
      found.session = { ...found.session, ended: why }
      listeners.tell()
    },
    remove(id) {
      held.delete(id)
      listeners.tell()
    },
  }
}
