import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** 200 requests a second over 20 kept-alive connections until its end, and what became of them. */
export function requestLoad(port: number, host: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const failures: string[] = []
  let answered = 0
  let isOn = true

  const ask = () =>
    new Promise<void>(resolve => {
      const fail = (reason: string) => {
        failures.push(reason)
        resolve()
      }
      const asked = request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent }, answer => {
        answer.resume()
        answer.on('error', error => fail(error.message))
        answer.on('end', () => {
          if (answer.statusCode !== 200) return fail(`status ${answer.statusCode}`)
          answered += 1
          resolve()
        })
      })
      asked.on('error', error => fail(error.message))
      asked.end()
    })

  const running = Array.from({ length: 20 }, async (_, index) => {
    await sleep(index * 5)
    while (isOn) await Promise.all([ask(), sleep(100)])
  })

  return {
    failures,
    answered: () => answered,
    async end() {
      isOn = false
      await Promise.all(running)
      agent.destroy()
    },
  }
}
