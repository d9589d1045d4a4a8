import type { UpstreamConnection } from './upstream-connection.ts'

/** A request that waits for a connection: one that comes free, or its turn to make one. */
export interface Waiting {
  serveBy(connection: UpstreamConnection): void
  open(): void
  cut(): void
}

/** Places that were left at the front are given back when there are so many, and as many again behind them. */
const LEFT = 256

/** Waiting requests in the order of their arrival. Not a Set, for the reason given in Roster. */
export class WaitingLine {
  private places: (Waiting | undefined)[] = []
  private front = 0

  add(request: Waiting): void {
    this.places.push(request)
  }

  /** Takes the first one out of the line. */
  next(): Waiting | undefined {
    while (this.front < this.places.length) {
      const request = this.places[this.front]
      this.places[this.front++] = undefined
      if (request !== undefined) {
        this.moveUp()
        return request
      }
    }
    this.moveUp()
    return undefined
  }

  /** Takes out a request that gave up, which is rare. */
  leave(request: Waiting): void {
    const place = this.places.indexOf(request, this.front)
    if (place !== -1) this.places[place] = undefined
  }

  /** The requests that wait now. */
  all(): Waiting[] {
    return this.places.filter(request => request !== undefined)
  }

  private moveUp(): void {
    // Asked for with each answer, and nearly always nobody waits.
    if (this.front === 0) return
    if (this.front < this.places.length && (this.front < LEFT || this.front * 2 < this.places.length)) return
    this.places = this.places.slice(this.front)
    this.front = 0
  }
}
