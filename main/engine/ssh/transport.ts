import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { FailureError } from '../../../shared/failure.ts'
import { connectionLost, type Transport } from '../connection/transport.ts'
import { hostAndPort, type SshAddress } from './address.ts'
import { type ChannelProgram, ChannelStream } from './channel.ts'
import type { SshUser } from './config.ts'
import { accessCommand, dialFailure, printedFailure, socketAccess } from './dial-failures.ts'
import { oneLine } from './failures.ts'
import { hurry, inTime, LOGIN_MS, type LoginWatch, logIn } from './login.ts'
import { openForward, openSocket, type SshMachine } from './open-channel.ts'
import { createPrograms } from './programs.ts'

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
  const machine: SshMachine = { client, lost: () => connectionLost('was cut', `The SSH connection to ${name}`) }
  const programs = createPrograms(machine, () => logIn(address, user, { ...watch, tell: () => {} }))
  client.on('close', () => {
    programs.close()
    for (const stream of open) stream.destroy(machine.lost())
  })

  function stream(opening: Promise<ClientChannel>, program?: ChannelProgram): ChannelStream {
    const made = new ChannelStream(opening, program)
    open.add(made)
    return made.once('close', () => open.delete(made))
  }

  const run = (command: string, signal: AbortSignal) => read(stream(programs.open(command), anyProgram), signal)
  const socket = address.socketPath ?? USUAL_SOCKET
  const refusal = await socketRefusal(inTime(openSocket(machine, socket), watch))
  const common = {
    local: false,
    machine: `${host.user} ${fingerprint} ${socket}`,
    forward: (to: string, port: number) => stream(openForward(machine, to, port)),
    run,
    close() {
      programs.close()
      close()
    },
  }
  if (refusal === undefined) {
    // A connection through a program has no TCP delay to switch off.
    hurry(client)
    return { ...common, open: () => stream(openSocket(machine, socket)), by: socket }
  }
  const access = await run(accessCommand(quoted(socket)), limited(watch)).then(socketAccess, () => null)
  const program = `docker ${address.socketPath === null ? '' : `--host ${quoted(`unix://${socket}`)} `}system dial-stdio`
  const dialled: ChannelProgram = {
    failed: end => dialFailure({ host, socket, access }, end),
    begins: { with: 'HTTP/', otherwise: text => printedFailure(host, text) },
  }
  const places = createPlaces(PROGRAMS)
  const inTurn = (): Duplex => {
    const made = stream(takeTurn(), dialled)
    return made

    async function takeTurn(): Promise<ClientChannel> {
      await places.take()
      try {
        if (made.destroyed) throw new Error('given up')
        return (await programs.open(program)).once('close', places.leave)
      } catch (error) {
        places.leave()
        throw error
      }
    }
  }
  return {
    ...common,
    open: inTurn,
    openUrgent: () => stream(programs.open(program), dialled),
    isDear: true,
    by: `'${program}', since ${socket} cannot be used directly: ${refusal.message}`,
  }
}

const anyProgram: ChannelProgram = {
  failed: ({ complaint, code }) =>
    new FailureError({ code: 'refused', message: oneLine(complaint) || `It ended with ${code ?? 'a signal'}` }),
}

function limited({ signal, limitMs = LOGIN_MS }: LoginWatch): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
}

/** Why the socket over there cannot be reached as such: the server forbids it, there is none, or it is not for us. */
function socketRefusal(opening: Promise<ClientChannel>): Promise<Error | undefined> {
  return opening.then(
    channel => void channel.close(),
    (error: Error) => error,
  )
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Most bytes of a command's answer, which is a line or two. */
const MOST_SAID = 64 * 1024

function read(program: Duplex, signal: AbortSignal): Promise<string> {
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
