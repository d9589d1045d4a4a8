import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { TerminalOutput, TerminalSession } from '../../../shared/terminal.ts'
import type { Story } from './operation.ts'

/** The first output of a hostile program: for the clipboard, the title, and links that lead elsewhere than they say. */
export const hostileGreeting = [
  '\u001b]52;c;c3RvbGVu\u0007',
  '\u001b]0;owned\u0007\u001b]2;owned\u0007',
  '\u001b]8;;javascript:alert(1)\u0007click me\u001b]8;;\u0007 ',
  '\u001b]8;;http://evil.localhost/\u0007http://good.localhost/\u001b]8;;\u0007\r\n',
  '\u001b[31mred \u001b[32mgreen \u001b[33myellow \u001b[34mblue \u001b[35mmagenta \u001b[36mcyan\u001b[0m\r\n',
  '/app # ls\r\n\u001b[1;34mnode_modules\u001b[0m  \u001b[1;34mpublic\u001b[0m  server.js\r\n/app # ',
].join('')

/** Shells that greet, and hear nothing. */
export function terminalHandlers({ world, now, changed }: Story) {
  return {
    'terminal.open': ({ container, kind }: Parsed<'terminal.open'>): TerminalSession => {
      if (kind === 'attached')
        return fail('unsupported', `${container} has no terminal of its own`, {
          hint: 'It was made without one (docker run -t): open a shell in it, or read its log',
        })
      const session: TerminalSession = {
        id: `terminal-${world.terminals.length + 1}`,
        containerId: container,
        container,
        fleet: 'shop',
        version: 'v7',
        kind,
        shell: 'ash',
        openedAt: now(),
        ended: null,
      }
      world.terminals = [...world.terminals, session]
      changed()
      return session
    },
    'terminal.heard': () => ({}),
    'terminal.write': () => ({}),
    'terminal.resize': () => ({}),
    'terminal.close': ({ id }: Parsed<'terminal.close'>) => {
      world.terminals = world.terminals.filter(one => one.id !== id)
      changed()
      return {}
    },
  }
}

export function greeting(): TerminalOutput {
  return { reset: true, bytes: Buffer.from(hostileGreeting).toString('base64'), end: hostileGreeting.length }
}
