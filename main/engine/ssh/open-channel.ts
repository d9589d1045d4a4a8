import type { Client, ClientChannel } from 'ssh2'

/** A machine that let us in, and the failure of all that is under way there when the connection breaks. */
export interface SshMachine {
  readonly client: Client
  readonly lost: () => Error
}

export function openSocket(machine: SshMachine, path: string): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.openssh_forwardOutStreamLocal(path, done))
}

export function openForward(machine: SshMachine, host: string, port: number): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.forwardOut('127.0.0.1', 0, host, port, done))
}

export function openProgram(machine: SshMachine, command: string): Promise<ClientChannel> {
  return opening(machine, (client, done) => client.exec(command, done))
}

type Opened = (error: Error | undefined, channel: ClientChannel) => void

function opening({ client, lost }: SshMachine, open: (client: Client, done: Opened) => void): Promise<ClientChannel> {
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
