import type { ClientConnection } from './client-connection.ts'
import type { Target } from './routes.ts'
import type { UpstreamConnection } from './upstream-connection.ts'
import { FrameFollower, GOING_AWAY } from './websocket-frames.ts'
import { writeOctets } from './writes.ts'

const KEEP_ALIVE_MS = 30_000
/** After a close frame was sent: time for the client to answer it. */
const FAREWELL_MS = 2_000

export interface TunnelEnds {
  readonly client: ClientConnection
  readonly connection: UpstreamConnection
  readonly target: Target
  readonly isWebSocket: boolean
}

/** An upgraded connection: octets both ways, each side no faster than the other takes them, until both have ended. */
export class Tunnel {
  readonly target: Target
  /** Whether its route's policy will close it. */
  isClosing = false
  private readonly ends: TunnelEnds
  private readonly frames: FrameFollower | undefined
  private timer: NodeJS.Timeout | undefined
  private isDone = false
  private wantsFarewell = false
  private saidFarewell = false

  constructor(ends: TunnelEnds) {
    this.ends = ends
    this.target = ends.target
    this.frames = ends.isWebSocket ? new FrameFollower() : undefined
    ends.target.counters.upgraded++
    ends.connection.upstream.tunnels.add(this)
    for (const socket of [ends.client.socket, ends.connection.socket]) socket.setKeepAlive(true, KEEP_ALIVE_MS)
  }

  fromClient(octets: Buffer, start: number, end: number): void {
    const { socket } = this.ends.connection
    if (!socket.writable) return
    writeOctets(socket, octets, start, end)
    if (socket.writableLength > 0) this.ends.client.socket.pause()
  }

  fromUpstream(octets: Buffer, start: number, end: number) {
    const { client, connection } = this.ends
    if (this.saidFarewell || !client.socket.writable) return
    if (this.wantsFarewell && this.frames !== undefined) {
      const boundary = this.frames.toBoundary(octets, start, end)
      if (boundary !== -1) return this.sayFarewell(octets.subarray(start, boundary))
    } else {
      this.frames?.follow(octets, start, end)
    }
    writeOctets(client.socket, octets, start, end)
    if (client.socket.writableLength > 0) connection.socket.pause()
  }

  onClientDrain(): void {
    this.ends.connection.socket.resume()
  }

  onUpstreamDrain(): void {
    this.ends.client.socket.resume()
  }

  onClientEnd(): void {
    this.ends.connection.socket.end()
  }

  onUpstreamEnd(): void {
    this.ends.client.socket.end()
  }

  /** Ends it after a time, in milliseconds: a WebSocket by a close frame between two frames, anything else by a cut. */
  closeIn(ms: number): void {
    if (this.isClosing) return
    this.isClosing = true
    this.timer = setTimeout(() => this.beginFarewell(), ms)
  }

  /** The set is live again: it may stay. */
  keep(): void {
    if (this.wantsFarewell) return
    clearTimeout(this.timer)
    this.isClosing = false
  }

  destroy(): void {
    if (this.isDone) return
    this.isDone = true
    clearTimeout(this.timer)
    const { client, connection, target } = this.ends
    target.counters.upgraded--
    connection.upstream.tunnels.delete(this)
    client.socket.destroy()
    connection.destroy()
    connection.upstream.tunnelEnded()
  }

  private beginFarewell() {
    if (this.frames === undefined) return this.destroy()
    this.wantsFarewell = true
    this.timer = setTimeout(() => this.destroy(), FAREWELL_MS)
    if (this.frames.isAtBoundary) this.sayFarewell(undefined)
  }

  private sayFarewell(rest: Buffer | undefined): void {
    const { socket } = this.ends.client
    this.saidFarewell = true
    // A copy: the rest of the frame stands in a buffer that is read into again.
    socket.write(rest === undefined ? GOING_AWAY : Buffer.concat([rest, GOING_AWAY]))
  }
}

export function openTunnel(ends: TunnelEnds): Tunnel {
  const tunnel = new Tunnel(ends)
  ends.connection.tunnel = tunnel
  return tunnel
}
