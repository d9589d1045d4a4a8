import { FailureError } from '../../../shared/failure.ts'
import { hostAndPort } from './address.ts'
import type { SshHost } from './config.ts'
import { oneLine } from './failures.ts'

/** Known access to the engine's socket on the other machine. */
export interface SocketAccess {
  /** Whether the user who logged in may use it. */
  readonly isOpen: boolean
  readonly group: string
}

/** Tells about the socket, in words of the shell as far as they go: a PATH may lack everything. */
export function accessCommand(quotedPath: string): string {
  return `test -S ${quotedPath} && echo socket; test -w ${quotedPath} && echo writable; ls -ldL -- ${quotedPath}; true`
}

/** Null where there is no socket, or the machine told something else. */
export function socketAccess(told: string): SocketAccess | null {
  if (!/^socket$/m.test(told)) return null
  const [, group = 'docker'] = /^s[rwxsStT-]{9}\S*\s+\d+\s+\S+\s+(\S+)\s/m.exec(told) ?? []
  return { group, isOpen: /^writable$/m.test(told) }
}

interface Dialled {
  readonly host: SshHost
  readonly socket: string
  readonly access: SocketAccess | null
}

/** Why the program that leads to the engine failed, and what to do on that machine. */
export function dialFailure(
  { host, socket, access }: Dialled,
  { complaint, code }: { readonly complaint: string; readonly code: number | null },
): FailureError {
  const name = hostAndPort(host.hostName, host.port)
  const said = oneLine(complaint) || `it ended with ${code ?? 'a signal'}`
  const isDenied = /permission denied/i.test(said) || access?.isOpen === false
  if (isDenied) {
    const group = access?.group ?? 'docker'
    return unreachable(
      `${host.user} may not use ${socket} on ${name}: it is open to the group ${group}`,
      // Everybody in root's group would be root: that is no way to give one user an engine.
      group === 'root'
        ? `Give the socket to a group of its own on ${name}, and add ${host.user} to it; or log in as one who may`
        : `On ${name}: sudo usermod -aG ${group} ${host.user}; then connect again`,
    )
  }
  if (code !== 127) return unreachable(`There is no engine over there: ${said}`, 'Start Docker over there')
  if (access === null)
    return unreachable(
      `There is no engine over there: ${socket} is not there, and docker is not in the PATH`,
      'Install Docker over there, or name its socket: ssh://user@host/path/docker.sock',
    )
  return unreachable(
    `The SSH server of ${name} forwards no sockets, and docker is not in the PATH of ${host.user}`,
    `Set AllowStreamLocalForwarding to yes in its sshd_config; or put docker into the PATH that 'ssh ${host.alias} printenv PATH' shows`,
  )
}

/** A shell that greets whoever starts a program puts its words into the engine's answer. */
export function printedFailure(host: SshHost, text: string): FailureError {
  const name = hostAndPort(host.hostName, host.port)
  return unreachable(
    `A start file of the shell of ${host.user} on ${name} prints into the engine's answer: ${JSON.stringify(oneLine(text))}`,
    'Let it print in interactive shells only: move that below [ -t 1 ] || return in ~/.bashrc, ~/.zshenv or the like',
  )
}

function unreachable(message: string, hint: string): FailureError {
  return new FailureError({ code: 'unreachable', message, hint })
}
