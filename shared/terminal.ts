import * as z from 'zod'

/** The most that goes in one message, in bytes before base64. */
const MOST_TERMINAL_BYTES = 256 * 1024

/** How far a reader may be behind before the container has to wait, in bytes. It tells what it has shown at half of that. */
export const TERMINAL_WINDOW = 256 * 1024

const Size = z.int().min(1).max(1000)

export const TerminalSize = z.strictObject({ columns: Size, rows: Size })
export type TerminalSize = z.infer<typeof TerminalSize>

/** A shell in the container, or the terminal that its own process has. */
export const TerminalOpen = TerminalSize.extend({
  container: z.string().min(1),
  kind: z.enum(['shell', 'attached']).default('shell'),
})
export type TerminalOpen = z.infer<typeof TerminalOpen>

/** Raw bytes, in base64: JSON and structured clones carry it alike. */
const Bytes = z.base64().max(Math.ceil(MOST_TERMINAL_BYTES / 3) * 4)

/** A terminal in a container. It goes on while nobody looks, and tells why it has ended until it is closed. */
export const TerminalSession = z.strictObject({
  id: z.string(),
  containerId: z.string(),
  container: z.string(),
  fleet: z.string().nullable(),
  version: z.string().nullable(),
  kind: TerminalOpen.shape.kind.unwrap(),
  /** The shell's name; what the container runs, where one is attached to it. */
  shell: z.string(),
  openedAt: z.number(),
  /** Null while it is open. */
  ended: z.string().nullable(),
})
export type TerminalSession = z.infer<typeof TerminalSession>

/** Which session, and who reads it: one that is followed twice has two readers, each with a credit of its own. */
export const TerminalReader = z.strictObject({ id: z.string(), reader: z.string().min(1).max(64) })

/** Output of a session. `end` counts the bytes from its start; `reset` asks to forget the output before. */
export const TerminalOutput = z.strictObject({ reset: z.boolean(), bytes: Bytes, end: z.int() })
export type TerminalOutput = z.infer<typeof TerminalOutput>

export const TerminalInput = z.strictObject({ id: z.string(), bytes: Bytes })
