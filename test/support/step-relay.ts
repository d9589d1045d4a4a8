import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** When something happens around a step: before the engine hears of it, or after the engine has done it, unanswered. */
export type Moment = 'before' | 'after'

/** A way to an engine that counts the steps that change something, and can interrupt at any of them. */
export interface StepRelay {
  readonly endpoint: string
  /** Counts from here on; at the given step, from 1, calls `reached` and lets nothing more through until it is armed anew. */
  arm(step: number, moment: Moment, reached: (step: string) => void): void
  disarm(): void
  /** Steps that were counted since it was armed. */
  steps(): number
  /** Why the engine did not answer a request since it was armed, where it did not. */
  fault(): Error | null
  close(): void
}

interface Trap {
  readonly step: number
  readonly moment: Moment
  reached(step: string): void
}

/** Listens on a Unix socket of its own in front of an engine's. */
export async function startStepRelay(engine: string): Promise<StepRelay> {
  const socketPath = engine.replace('unix://', '')
  const path = join(tmpdir(), `flotilla-relay-${randomBytes(4).toString('hex')}.sock`)
  let trap: Trap | null = null
  let counted = 0
  let isCut = false
  let fault: Error | null = null

  function forward(asked: IncomingMessage, answer: ServerResponse, deliver: boolean, done: () => void): void {
    const { method, url, headers } = asked
    const far = request({ socketPath, method, path: url, headers, agent: false }, reply => {
      if (deliver) answer.writeHead(reply.statusCode ?? 500, reply.headers)
      if (deliver) answer.flushHeaders()
      if (deliver) reply.pipe(answer)
      else reply.resume()
      reply.on('end', done)
    })
    far.on('error', error => {
      if (!answer.writableFinished) fault = new Error(`${method} ${url}: ${error.message}`, { cause: error })
      answer.destroy()
    })
    answer.on('close', () => far.destroy())
    asked.pipe(far)
  }

  const server = createServer((asked, answer) => {
    // Nothing is answered any more: the process hangs until it is killed, as one that loses its processor does.
    if (isCut) return
    const isStep = asked.method !== 'GET' && asked.method !== 'HEAD' && !asked.url?.includes('/exec')
    if (isStep) counted += 1
    const current = trap
    if (current === null || !isStep || counted !== current.step) return forward(asked, answer, true, () => {})
    const step = `${asked.method} ${asked.url?.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '')}`
    isCut = true
    const reach = () => current.reached(step)
    if (current.moment === 'before') reach()
    else forward(asked, answer, false, reach)
  })
  // Events and other long answers must not keep a test waiting.
  server.requestTimeout = 0
  // An engine hangs up on no idle connection: a request that crosses the hang-up would fail.
  server.keepAliveTimeout = 0
  server.headersTimeout = 0
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    endpoint: `unix://${path}`,
    arm(step, moment, reached) {
      trap = { step, moment, reached }
      counted = 0
      isCut = false
      fault = null
    },
    disarm() {
      trap = null
      isCut = false
    },
    steps: () => counted,
    fault: () => fault,
    close() {
      server.close()
      server.closeAllConnections()
      rmSync(path, { force: true })
    },
  }
}
