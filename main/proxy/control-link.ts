import { connect, type Socket } from 'node:net'
import { FailureError } from '../../shared/failure.ts'
import { type ControlCall, ControlReply } from '../../shared/proxy-control.ts'
import type { TableRoute } from '../../shared/table.ts'
import { readDocuments, writeDocument } from './lines.ts'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
type Question = WithoutId<ControlCall>

/** How long the process may take to answer. */
const ANSWER_MS = 10_000

interface AskOptions {
  readonly signal?: AbortSignal | undefined
  readonly deadlineMs?: number
}

/** The connection ended before the answer came. */
export class LinkLost extends Error {}

interface Waiting {
  resolve(reply: ControlReply): void
  reject(error: Error): void
}

/** One control connection to a proxy process. */
export class ControlLink {
  /** Called once, when the connection is gone. */
  onClose: () => void = () => undefined
  /** The routes that the process had in force when it was greeted. */
  found: readonly TableRoute[] = []
  /** The process's id, once it was greeted. */
  pid: number | null = null
  onTraffic: (reply: Extract<ControlReply, { op: 'traffic' }>) => void = () => undefined
  private readonly socket: Socket
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1

  constructor(socket: Socket) {
    this.socket = socket
    readDocuments(socket, document => this.take(document))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      for (const { reject } of this.waiting.values()) reject(new LinkLost('the control connection ended'))
      this.waiting.clear()
      this.onClose()
    })
  }

  /** Resolves with the answer. Throws a FailureError where the process refused or is late, LinkLost where it is gone. */
  ask(question: Question, { signal, deadlineMs = ANSWER_MS }: AskOptions = {}): Promise<ControlReply> {
    const id = this.nextId++
    if (this.socket.destroyed) return Promise.reject(new LinkLost('the control connection ended'))
    const answered = new Promise<ControlReply>((resolve, reject) => this.waiting.set(id, { resolve, reject }))
    writeDocument(this.socket, { ...question, id })
    const cancel = () => writeDocument(this.socket, { id: this.nextId++, op: 'cancel', of: id })
    signal?.addEventListener('abort', cancel, { once: true })
    const timer = setTimeout(() => this.giveUp(id), deadlineMs)
    return answered.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private giveUp(id: number): void {
    this.waiting.get(id)?.reject(new FailureError({ code: 'timeout', message: 'The proxy process is not answering' }))
    this.waiting.delete(id)
  }

  private take(document: unknown): void {
    const parsed = ControlReply.safeParse(document)
    if (!parsed.success) {
      this.socket.destroy()
      return
    }
    const reply = parsed.data
    const waiting = this.waiting.get(reply.id)
    this.waiting.delete(reply.id)
    if (reply.op === 'traffic') this.onTraffic(reply)
    if (reply.op === 'failure') waiting?.reject(new FailureError(reply.failure))
    else waiting?.resolve(reply)
  }
}

/** Resolves to undefined when nobody answers there. */
export function connectLink(path: string, timeoutMs: number): Promise<ControlLink | undefined> {
  return new Promise(resolve => {
    const socket = connect(path)
    const giveUp = () => {
      socket.destroy()
      resolve(undefined)
    }
    const timer = setTimeout(giveUp, timeoutMs)
    socket.once('error', giveUp)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeListener('error', giveUp)
      resolve(new ControlLink(socket))
    })
    socket.once('close', () => clearTimeout(timer))
  })
}

/** A proxy that runs, of whichever version. */
export interface Greeted {
  readonly link: ControlLink
  readonly protocol: number
}

/** Resolves to undefined when nobody answers there within `timeoutMs`. */
export async function greet(path: string, timeoutMs: number): Promise<Greeted | undefined> {
  const link = await connectLink(path, timeoutMs)
  if (link === undefined) return undefined
  const timer = setTimeout(() => link.close(), timeoutMs)
  const hello = await link.ask({ op: 'hello' }).catch(() => undefined)
  clearTimeout(timer)
  if (hello?.op === 'hello') {
    link.found = hello.routes
    link.pid = hello.pid
    return { link, protocol: hello.protocol }
  }
  link.close()
  return undefined
}
