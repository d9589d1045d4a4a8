import { createRequire } from 'node:module'

/** One message as Node's own parser (llhttp, strict) reads it. */
export interface Message {
  start: string
  fields: string[]
  body: string
}

const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common')

/** All whole messages in these octets; `isBroken` where an error or an incomplete message follows them. */
export function readByNode(
  octets: Buffer,
  kind: 'request' | 'response',
  isEnded = false,
): { messages: Message[]; isBroken: boolean } {
  const messages: Message[] = []
  let current: Message | undefined
  const parser = new HTTPParser()
  parser.initialize(kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {})
  let flushed: string[] = []
  parser[HTTPParser.kOnHeaders | 0] = (fields: string[]) => {
    flushed.push(...fields)
  }
  parser[HTTPParser.kOnHeadersComplete | 0] = (
    _major: number,
    _minor: number,
    fields: string[] | undefined,
    method: number,
    url: string,
    status: number,
  ) => {
    current = {
      start: kind === 'request' ? `${methods[method]} ${url}` : `${status}`,
      fields: fields ?? flushed,
      body: '',
    }
    flushed = []
    return 0
  }
  parser[HTTPParser.kOnBody | 0] = (part: Buffer) => {
    if (current !== undefined) current.body += part.toString('latin1')
  }
  parser[HTTPParser.kOnMessageComplete | 0] = () => {
    if (current !== undefined) messages.push(current)
    current = undefined
  }
  const result = parser.execute(octets)
  const end = isEnded && typeof result === 'number' ? parser.finish() : undefined
  return {
    messages,
    isBroken: typeof result !== 'number' || result !== octets.length || current !== undefined || end instanceof Error,
  }
}

export const nodeMethods = new Set<string>(methods)
