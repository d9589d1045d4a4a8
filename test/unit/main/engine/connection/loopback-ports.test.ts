import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Duplex, PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createLoopbackPorts } from '../../../../../main/engine/connection/loopback-ports.ts'

const closes: (() => void)[] = []
afterEach(() => {
  for (const close of closes.splice(0)) close()
})

/** The other machine answers with what it is sent. */
function world(idleMs?: number) {
  const asked: string[] = []
  const ports = createLoopbackPorts({
    open: async (host, port): Promise<Duplex> => {
      asked.push(`${host}:${port}`)
      return new PassThrough()
    },
    ...(idleMs !== undefined && { idleMs }),
  })
  closes.push(() => ports.close())
  return { ports, asked }
}

const web = { containerId: 'web', port: 80, host: '127.0.0.1', hostPort: 32_000 }

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  closes.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

const isOpen = (port: number) =>
  dial(port).then(
    socket => {
      socket.destroy()
      return true
    },
    () => false,
  )

test('a port leads to where the container publishes its own, and is the same while it is open', async () => {
  const { ports, asked } = world()
  const port = await ports.open(web)
  const socket = await dial(port)
  socket.write('hello')
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  expect(await ports.open({ ...web, hostPort: 32_001 })).toBe(port)
  const later = await dial(port)
  later.write('x')
  await once(later, 'data')
  expect(asked).toEqual(['127.0.0.1:32000', '127.0.0.1:32001'])
  expect(await ports.open({ ...web, port: 81 })).not.toBe(port)
})

test('is closed with every connection when its container ends, and others stay', async () => {
  const { ports } = world()
  const [one, other] = [await ports.open(web), await ports.open({ ...web, containerId: 'api' })]
  const socket = await dial(one)
  const closed = once(socket, 'close')
  ports.keepOnly(id => id !== 'web')
  await closed
  expect([await isOpen(one), await isOpen(other)]).toEqual([false, true])
  expect(await isOpen(await ports.open(web))).toBe(true)
})

test('is closed when nobody has used it for a while, and not while somebody is connected', async () => {
  const { ports } = world(150)
  const port = await ports.open(web)
  const socket = await dial(port)
  await sleep(500)
  socket.write('still here')
  expect(String((await once(socket, 'data'))[0])).toBe('still here')
  socket.destroy()
  await expect.poll(() => isQuiet(port), { interval: 400, timeout: 10_000 }).toBe(true)
})

/** Whether nothing listens there, without keeping it open by asking often. */
async function isQuiet(port: number): Promise<boolean> {
  return !(await isOpen(port))
}
