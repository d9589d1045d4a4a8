import { connect, type Socket } from 'node:net'

// A crowd: so many clients connect and ask at once, each its first request. Prints one line of JSON: when half of them
// and when 99 of 100 had their answers, in milliseconds from the first step of the first of them. Measured in clients
// that never ask again, since wrk's own p99 tells little of it: it asks on at once, and counts one late answer as many.
const [port = '9101', direct = '9101', count = '1000'] = process.argv.slice(2)

function crowd(to: number, size: number): Promise<number[]> {
  const startedAt = performance.now()
  const times: number[] = []
  const sockets: Socket[] = []
  return new Promise((resolve, reject) => {
    for (let index = 0; index < size; index++) {
      const socket = connect({ port: to, host: '127.0.0.1', noDelay: true })
      sockets.push(socket)
      socket.on('connect', () => socket.write('GET /200 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'))
      socket.on('error', reject)
      socket.once('data', () => {
        if (times.push(performance.now() - startedAt) < size) return
        for (const each of sockets) each.destroy()
        resolve(times)
      })
    }
  })
}

// The load's own code is warm before it measures another's.
for (let round = 0; round < 3; round++) await crowd(Number(direct), Number(count))
await new Promise(resolve => setTimeout(resolve, 100))
const times = (await crowd(Number(port), Number(count))).sort((a, b) => a - b)
console.log(JSON.stringify({ p50: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)] }))
