import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { clean } from './text.ts'

/** The terminal, or what stands in for one. */
export interface Console {
  /** To stdout, with a line break after it. */
  out(text: string): void
  /** To stderr, with a line break after it. */
  note(text: string): void
  /** Replaces the line of progress on stderr; an empty text takes it away. Nothing where nobody looks. */
  progress(text: string): void
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean
  ask(question: string): Promise<string>
  /** Like `ask`, and nobody can read the answer over a shoulder. */
  askSecret(question: string): Promise<string>
  /** Reads stdin up to its first line break. */
  readInput(): Promise<string>
  /** Hears Ctrl+C; without a listener it ends the process. */
  onInterrupt(listener: () => void): () => void
}

export function processConsole(): Console {
  const { stdin, stdout, stderr } = process
  // A reader that has left (`| head`) is no failure of ours.
  stdout.on('error', () => process.exit(0))
  const erase = () => {
    if (stderr.isTTY) stderr.write('\r\u001b[K')
  }
  return {
    out: text => stdout.write(`${text}\n`),
    note(text) {
      erase()
      stderr.write(`${text}\n`)
    },
    progress(text) {
      erase()
      if (stderr.isTTY) stderr.write(clean(text).slice(0, Math.max(20, stderr.columns - 1)))
    },
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return (await lines.question(`${clean(question)} `)).trim()
      } finally {
        lines.close()
      }
    },
    async askSecret(question) {
      stderr.write(`${clean(question)} `)
      const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
      const lines = createInterface({ input: stdin, output: unseen, terminal: true })
      try {
        return await lines.question('')
      } finally {
        lines.close()
        stderr.write('\n')
      }
    },
    async readInput() {
      const lines = createInterface({ input: stdin })
      try {
        for await (const line of lines) return line
        return ''
      } finally {
        lines.close()
      }
    },
    onInterrupt(listener) {
      process.on('SIGINT', listener)
      return () => process.off('SIGINT', listener)
    },
  }
}
