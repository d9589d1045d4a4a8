import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

// Two versions of one service. Each answer names its version first and last, so that a mixed one shows.
for (const [version, port] of [
  ['v1', 9131],
  ['v2', 9132],
] as const) {
  const server = createServer((request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => response.write(`data: ${version}\n\n`), 20)
      response.on('close', () => clearInterval(timer))
      return
    }
    request.on('error', () => undefined)
    request.resume()
    request.on('end', () => response.end(`${version}${'.'.repeat(196)}${version}`))
  })
  server.keepAliveTimeout = 60_000
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => {
    socket.on('message', message => socket.send(message))
    // A proxy that cuts them is what is measured: it must not end the versions too.
    socket.on('error', () => undefined)
  })
  server.listen(port, '127.0.0.1', 4096)
}
