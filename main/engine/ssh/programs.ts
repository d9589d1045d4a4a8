import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import { openProgram, type SshMachine } from './open-channel.ts'

/** A server may take a moment to notice that a program has ended and its place is free. */
const RETRIES = 10
const RETRY_MS = 100

interface Login {
  readonly machine: SshMachine
  running: number
  /** As many as the server lets run in one login: learned when it refuses one more. */
  most: number
}

/** Programs on another machine. Servers let few run in one login (MaxSessions): beyond that there are more logins. */
export interface Programs {
  open(command: string): Promise<ClientChannel>
  close(): void
}

export function createPrograms(
  first: SshMachine,
  logInAgain: () => Promise<{ readonly client: Client; close(): void }>,
): Programs {
  const logins: Login[] = [{ machine: first, running: 0, most: Number.POSITIVE_INFINITY }]
  const closes: (() => void)[] = []
  let growing: Promise<void> | undefined
  let isClosed = false

  async function grow(): Promise<void> {
    const { client, close } = await logInAgain()
    if (isClosed) return close()
    const login = { machine: { ...first, client }, running: 0, most: Math.max(...logins.map(({ most }) => most)) }
    logins.push(login)
    closes.push(close)
    client.on('close', () => void logins.splice(logins.indexOf(login), 1))
  }

  async function freeLogin(): Promise<Login> {
    for (;;) {
      const free = logins.find(({ running, most }) => running < most)
      if (free !== undefined) return free
      growing ??= grow().finally(() => {
        growing = undefined
      })
      await growing
    }
  }

  return {
    async open(command) {
      for (let retries = 0; ; ) {
        const login = await freeLogin()
        login.running += 1
        const leave = () => {
          login.running -= 1
        }
        try {
          return (await openProgram(login.machine, command)).once('close', leave)
        } catch (error) {
          leave()
          if (!isRefusedSession(error)) throw error
          login.most = Math.min(login.most, Math.max(1, login.running))
          if (login.running > 0) continue
          if (retries >= RETRIES) throw error
          retries += 1
          await sleep(RETRY_MS)
        }
      }
    },
    close() {
      isClosed = true
      for (const close of closes) close()
    },
  }
}

/** A server that opens no further session gives a reason by number; one that opened it and runs no program gives none. */
function isRefusedSession(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Error && 'reason' in cause && typeof cause.reason === 'number'
}
