import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { connectionLost, type Transport } from '../connection/transport.ts'
import { hostAndPort, type SshAddress } from './address.ts'
import { ChannelStream } from './channel.ts'
import type { SshUser } from './config.ts'
import { hurry, inTime, type LoginWatch, logIn } from './login.ts'

/**
 * Servers let one login run ten programs at a time. One more of ours is for what must not wait, and those that were told
 * to end may take a moment over there.
 */
const PROGRAMS = 7
const USUAL_SOCKET = '/var/run/docker.sock'

/** Everything over one login: each connection to the engine, or to a port of its machine, is a channel of its own. */
export async function openSshTransport(address: SshAddress, user: SshUser, watch: LoginWatch): Promise<Transport> {
  const { client, host, fingerprint, close } = await logIn(address, user, watch)
  const open = new Set<ChannelStream>()
  const name = hostAndPort(host.hostName, host.port)
  const machine: Machine = { client, lost: () => connectionLost('was cut', `The SSH connection to ${name}`) }
  client.on('close', () => {
    for (const stream of open) stream.destroy(machine.lost())
  })

  function stream(opening: Promise<ClientChannel>, kind: 'connection' | 'program' = 'connection'): ChannelStream {
    const made = new ChannelStream(opening, kind)
    open.add(made)
    return made.once('close', () => open.delete(made))
  }

  const socket = address.socketPath ?? USUAL_SOCKET
  const refusal = await socketRefusal(inTime(openSocket(machine, socket), watch))
  // What is reached by programs has no need of it.
  if (refusal === undefined) hurry(client)
  const program = `docker ${address.socketPath === null ? '' : `--host ${quoted(`unix://${socket}`)} `}system dial-stdio`
  const places = createPlaces(PROGRAMS)
  const dial = (): Duplex => stream(openProgram(machine, program), 'program')
  const inTurn = (): Duplex => {
    const made = stream(takeTurn(), 'program')
    return made

    async function takeTurn(): Promise<ClientChannel> {
      await places.take()
      try {
        if (made.destroyed) throw new Error('given up')
        return (await openProgram(machine, program)).once('close', places.leave)
      } catch (error) {
        places.leave()
        throw error
      }
    }
  }
  const overSocket = (): Duplex => stream(openSocket(machine, socket))
  return {
    local: false,
    machine: `${host.user} ${fingerprint} ${socket}`,
    open: refusal === undefined ? overSocket : inTurn,
    openUrgent: refusal === undefined ? overSocket : dial,
    isDear: refusal !== undefined,
    forward: (host, port) => stream(openForward(machine, host, port)),
    by: refusal === undefined ? socket : `'${program}', since ${socket} cannot be used directly: ${refusal.message}`,
    run: (command, signal) => run(stream(openProgram(machine, command), 'program'), signal),
    close,
  }
}

/** A machine that let us in, and the failure of all that is under way there when the connection breaks. */
interface Machine {
  readonly client: Client
  readonly lost: () => Error
}

/** Why the socket over there cannot be reached as such: the server forbids it, there is none, or it is not for us. */
function socketRefusal(opening: Promise<ClientChannel>): Promise<Error | undefined> {
  return opening.then(
    channel => void channel.close(),
    (error: Error) => error,
  )
}

function openSocket(machine: Machine, path: string): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.openssh_forwardOutStreamLocal(path, done))
}

function openForward(machine: Machine, host: string, port: number): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.forwardOut('127.0.0.1', 0, host, port, done))
}

function openProgram(machine: Machine, command: string): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.exec(command, done))
}

type Opened = (error: Error | undefined, channel: ClientChannel) => void

function opening({ client, lost }: Machine, open: (client: Client, done: Opened) => void): Promise<ClientChannel> {
  return new Promise<ClientChannel>((resolve, reject) => {
    // Throws where the connection is gone already, which may not have been told yet.
    open(client, (error, channel) => (error ? reject(refused(error)) : resolve(channel)))
  }).catch((error: unknown) => {
    throw error instanceof Error && error.message === 'Not connected' ? lost() : error
  })
}

/** ssh2 tells an SSH reason by a number where everybody else has a system's code. */
function refused(error: Error): Error {
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ECONNREFUSED' })
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** What a command is asked for is a line or two. */
const MOST_SAID = 64 * 1024

function run(program: Duplex, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const cancel = () => program.destroy(new Error('cancelled'))
    let text = ''
    signal.addEventListener('abort', cancel, { once: true })
    program.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.length > MOST_SAID) program.destroy(new Error('it says too much'))
    })
    program.on('error', reject)
    program.on('close', () => {
      signal.removeEventListener('abort', cancel)
      resolve(text)
    })
    program.end()
  })
}

/** So many at a time, and the others in the order in which they came. */
function createPlaces(count: number) {
  const waiting: (() => void)[] = []
  let free = count
  return {
    take(): Promise<void> {
      if (free > 0) {
        free -= 1
        return Promise.resolve()
      }
      return new Promise(resolve => waiting.push(resolve))
    },
    leave(): void {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
