import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { parseArgs } from 'node:util'
import { DataPlane } from '../../main/proxy/data-plane.ts'
import { RoutingTable } from '../../shared/table.ts'
import { freePort } from '../support/free-port.ts'
import { mutate, seeded, seeds } from '../unit/main/proxy/mutate.ts'
import * as oracle from '../unit/main/proxy/oracle.ts'
import { judgeAnswer, judgeRequests, requestsThrough } from '../unit/main/proxy/through.ts'

// Mutated messages against the proxy's parser, with Node's parser (llhttp) for a judge: first through the parser alone,
// cut at random, then through sockets. Ends with an error at the first that would reach an upstream as something else.

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    sockets: { type: 'string', default: '40000' },
    seed: { type: 'string', default: `${Date.now() % 1e9}` },
  },
})
const seed = Number(values.seed)
const random = seeded(seed)
const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string

function cutsOf(length: number): number[] {
  return Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * length)).sort((a, b) => a - b)
}

function throughParser(kind: 'request' | 'response', count: number): void {
  const verdicts = { passed: 0, refused: 0 }
  const judge = kind === 'request' ? judgeRequests : judgeAnswer
  for (let index = 0; index < count; index++) {
    const octets = Buffer.from(mutate(pick(seeds[kind]), random), 'latin1')
    verdicts[judge(octets, cutsOf(octets.length), oracle)]++
  }
  console.log(`| ${kind}s, parser alone | ${count} | ${verdicts.passed} | ${verdicts.refused} | 0 |`)
}

/** One proxy with one upstream, which counts the requests that it reads. */
async function openLane() {
  let count = 0
  const server = createServer((request, response) => {
    count++
    request.on('error', () => undefined)
    request.resume()
    response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxyPort = await freePort()
  const plane = new DataPlane({ sweepMs: 50, bodyMs: 100, headMs: 100, answerMs: 5_000, lingerMs: 100 })
  const upstreams = [{ id: 'u', address: { host: '127.0.0.1', port } }]
  const routes = ['a', 'b'].map(hostname => ({
    id: hostname,
    hostname,
    port: proxyPort,
    title: 'fuzz',
    version: 'v1',
    upstreams,
  }))
  await plane.apply(RoutingTable.parse({ number: 1, routes }))
  const close = () => {
    plane.close()
    server.close()
    server.closeAllConnections()
  }
  const take = () => {
    const taken = count
    count = 0
    return taken
  }
  return { proxyPort, take, close }
}

function send(port: number, octets: Buffer): Promise<void> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
    socket.on('end', () => socket.end())
    socket.resume()
    const [cut = 0] = cutsOf(octets.length)
    if (cut > 0) socket.write(octets.subarray(0, cut))
    setImmediate(() => socket.end(octets.subarray(cut)))
  })
}

async function throughSockets(count: number): Promise<void> {
  let left = count
  let passed = 0
  const lane = async () => {
    const { proxyPort, take, close } = await openLane()
    while (left-- > 0) {
      const octets = Buffer.from(mutate(pick(seeds.request), random), 'latin1')
      await send(proxyPort, octets)
      const seen = take()
      // As many as the parser alone finds, which is held against Node's above. An upstream that knows of no upgrade
      // declines it, and one that drops a connection over a method it does not know ends no other request.
      const plain = Buffer.from(octets.toString('latin1').replace(/upgrade/gi, 'x-grade'), 'latin1')
      const wanted = requestsThrough(plain, []).length
      // A request whose body never came whole has a head that an upstream may have seen.
      if (seen > wanted + 1) throw new Error(`${wanted} became ${seen}: ${JSON.stringify(octets.toString('latin1'))}`)
      if (seen > 0) passed++
    }
    close()
  }
  await Promise.all(Array.from({ length: 16 }, lane))
  console.log(`| requests, through sockets | ${count} | ${passed} | ${count - passed} | 0 |`)
}

console.log(`seed ${seed}\n\n| | messages | passed on | refused | read differently by Node |\n|---|---|---|---|---|`)
throughParser('request', Number(values.messages))
throughParser('response', Number(values.messages) / 4)
await throughSockets(Number(values.sockets))
