import { connect } from 'node:net'

// The load for large bodies: so many connections ask again and again for so many seconds, and what comes is read in large
// pieces into one buffer that all of them share. Prints one line of JSON. wrk reads 8 kB at a time and looks at each: with
// 1 MB to an answer it is wrk that is measured.
const [port = '9101', path = '/1000000', count = '64', seconds = '1'] = process.argv.slice(2)

const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
const room = Buffer.allocUnsafeSlow(128 * 1024)
const times: number[] = []
let errors = 0

function client(): Promise<void> {
  return new Promise(resolve => {
    let left = 0
    let askedAt = 0
    const onOctets = (length: number): boolean => {
      if (left === 0) left = answerLength(length)
      left -= length
      if (left > 0) return true
      if (left < 0) {
        errors++
        socket.destroy()
        return false
      }
      const now = performance.now()
      times.push(now - askedAt)
      if (now < until) ask(now)
      else socket.destroy()
      return true
    }
    const socket = connect({
      port: Number(port),
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: room, callback: onOctets },
    })
    const ask = (now: number) => {
      askedAt = now
      socket.write(request)
    }
    socket.on('connect', () => ask(performance.now()))
    socket.on('error', () => errors++)
    // Nobody but us ends a connection.
    socket.on('end', () => errors++)
    socket.on('close', () => resolve())
  })
}

/** The length of the answer that begins the buffer, head and all. A head comes whole, or the answer counts as wrong. */
function answerLength(length: number): number {
  const head = room.toString('latin1', 0, Math.min(length, 1024))
  const end = head.indexOf('\r\n\r\n') + 4
  const size = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
  return head.startsWith('HTTP/1.1 200') && end > 3 && size > 0 ? end + size : -1
}

const startedAt = performance.now()
const until = startedAt + Number(seconds) * 1000
await Promise.all(Array.from({ length: Number(count) }, client))
const took = (performance.now() - startedAt) / 1000
times.sort((a, b) => a - b)
const at = (share: number) => times[Math.floor(times.length * share)]
console.log(JSON.stringify({ requests: times.length, rate: times.length / took, p50: at(0.5), p99: at(0.99), errors }))
