import { createServer } from 'node:net'

// A backend that costs next to nothing: it answers each read that ends a head with the same octets, of the size that
// the path asks for (`/100000`), and takes no notice of anything else.
const [port = '9101', name = 'backend'] = process.argv.slice(2)
const answers = new Map<string, Buffer>()

function answerOf(path: string): Buffer {
  const size = Number(path.slice(1)) || 200
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Backend: ${name}\r\nContent-Length: ${size}\r\n\r\n`
  const made = answers.get(path) ?? Buffer.concat([Buffer.from(head), Buffer.alloc(size, 'x')])
  answers.set(path, made)
  return made
}

/** Node takes one connection of each listening socket in a turn: with one alone, its own queue would be measured. */
const LISTENERS = 16

for (let count = 0; count < LISTENERS; count++) {
  createServer({ noDelay: true }, socket => {
    // A request that came with others or in parts is not read: the bench sends none such.
    socket.on('data', octets => socket.write(answerOf(octets.toString('latin1', 4, octets.indexOf(32, 4)))))
    socket.on('error', () => socket.destroy())
  }).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096, reusePort: true })
}
