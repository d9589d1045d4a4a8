import type { Socket } from 'node:net'

/** A table of ten thousand routes is about two megabytes. */
const LINE_BYTES = 64 * 1024 * 1024

/** Hands over each line of a socket as a parsed JSON document. Anything else ends the socket. */
export function readDocuments(socket: Socket, onDocument: (document: unknown) => void): void {
  let parts: Buffer[] = []
  let length = 0
  socket.on('data', chunk => {
    let rest = chunk
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const document = parse(Buffer.concat([...parts, rest.subarray(0, end)]))
      if (document === undefined) return socket.destroy()
      onDocument(document.value)
      parts = []
      length = 0
      rest = rest.subarray(end + 1)
    }
    parts.push(rest)
    length += rest.length
    if (length > LINE_BYTES) socket.destroy()
    return undefined
  })
}

export function writeDocument(socket: Socket, document: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(document)}\n`)
}

function parse(line: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line.toString('utf8')) }
  } catch {
    return undefined
  }
}
