import { expect, test } from 'vitest'
import { dialFailure, printedFailure, socketAccess } from '../../../../../main/engine/ssh/dial-failures.ts'

const host = { alias: 'lab', hostName: 'lab.example', port: 22, user: 'me' } as Parameters<typeof printedFailure>[0]
const socket = '/var/run/docker.sock'

test('a machine tells whether there is a socket, whose it is and whether it may be used', () => {
  const line = 'srw-rw---- 1 root docker 0 Jan  1 10:00 /var/run/docker.sock\n'
  expect(socketAccess(`socket\nwritable\n${line}`)).toEqual({ group: 'docker', isOpen: true })
  expect(socketAccess(`Welcome\nsocket\n${line.replace('docker 0', 'wheel 0')}`)).toEqual({
    group: 'wheel',
    isOpen: false,
  })
  expect(socketAccess('socket\n')).toEqual({ group: 'docker', isOpen: false })
  expect(socketAccess('')).toBeNull()
  expect(socketAccess("'test' is not recognized as a command")).toBeNull()
})

const closed = { group: 'wheel', isOpen: false }
const usable = { group: 'docker', isOpen: true }
const cases: [what: string, access: typeof closed | null, said: string, code: number, message: RegExp, hint: RegExp][] =
  [
    [
      'may not use the socket',
      closed,
      '',
      127,
      /me may not use \/var.* open to the group wheel/,
      /usermod -aG wheel me/,
    ],
    ['is told so by docker', null, 'dial unix: permission denied', 1, /may not use .* group docker/, /-aG docker me/],
    [
      'could only become root',
      { ...closed, group: 'root' },
      '',
      1,
      /group root/,
      /^Give the socket to a group of its own/,
    ],
    [
      'finds no docker',
      usable,
      'sh: docker: not found',
      127,
      /forwards no sockets.*PATH of me/,
      /AllowStreamLocalForwarding/,
    ],
    ['finds nothing', null, 'sh: docker: not found', 127, /sock is not there/, /Install Docker/],
    ['finds no daemon', null, 'Cannot connect to the daemon', 1, /Cannot connect/, /Start Docker/],
  ]
test.each(cases)('a user who %s is told what to do', (_what, access, complaint, code, message, hint) => {
  const { failure } = dialFailure({ host, socket, access }, { complaint, code })
  expect(failure).toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })
})

test('what a shell printed is quoted, in one line', () => {
  const { failure } = printedFailure(host, 'Welcome\n\u001b[1mto "lab"\n')
  expect(failure.message).toContain('me on lab.example prints')
  expect(failure.message).toContain(JSON.stringify('Welcome [1mto "lab"'))
})
