import type { ServerResponse } from 'node:http'
import type { Tell } from './refusal.ts'

/** The events so far, and their followers. */
export class Events {
  readonly #told: { readonly time: number; readonly line: string }[] = []
  readonly #followers = new Set<ServerResponse>()

  readonly tell: Tell = (Type, Action, ID, Attributes) => {
    const now = Date.now()
    const event = {
      Type,
      Action,
      Actor: { ID, Attributes },
      scope: 'local',
      time: Math.floor(now / 1000),
      timeNano: now * 1e6,
    }
    const line = `${JSON.stringify(event)}\n`
    this.#told.push({ time: now, line })
    for (const follower of this.#followers) follower.write(line)
  }

  follow(response: ServerResponse, since: number | null): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const { time, line } of this.#told) if (since !== null && time >= since * 1000) response.write(line)
    this.#followers.add(response)
    response.once('close', () => this.#followers.delete(response))
  }
}
