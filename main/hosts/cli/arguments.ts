import { InvalidArgumentError, Option } from 'commander'

/* Arguments as people type them. What cannot be read is a usage error, before anything is asked of the app. */

export function version(text: string): string {
  if (!/^v[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A version looks like v7.')
  return text
}

export function versionOrSource(text: string): string {
  return text === 'source' ? text : version(text)
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > 65535) throw new InvalidArgumentError('A port is at most 65535.')
  return port
}

/** `shop.localhost:8080`; without a port it is the proxy's own. */
export function listenAddress(text: string): { readonly hostname: string; readonly port?: number } {
  const match = /^([^:/\s]+)(?::(\d{1,5}))?$/.exec(text)
  const [, hostname, port] = match ?? []
  if (hostname === undefined) throw new InvalidArgumentError('Write HOST:PORT, such as shop.localhost:8080.')
  const lower = hostname.toLowerCase()
  return port === undefined ? { hostname: lower } : { hostname: lower, port: positivePort(port) }
}

/** `web:80` */
export function servicePort(text: string): { readonly service: string; readonly servicePort: number } {
  const match = /^([^:/\s]+):(\d{1,5})$/.exec(text)
  const [, service, port] = match ?? []
  if (service === undefined || port === undefined) throw new InvalidArgumentError('Write SERVICE:PORT, such as web:80.')
  return { service, servicePort: positivePort(port) }
}

export interface Pair {
  readonly name: string
  readonly value: string
}

/** `web=3`, collected over repeats of the option. */
export function pair(text: string, earlier: readonly Pair[] = []): Pair[] {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('Write NAME=VALUE.')
  return [...earlier, { name: text.slice(0, at), value: text.slice(at + 1) }]
}

export interface LeaveOut {
  readonly service?: string
  readonly path: string
}

/** `/root/.ssh`, or `web:/root/.ssh` in one service, collected over repeats of the option. */
export function leaveOut(text: string, earlier: readonly LeaveOut[] = []): LeaveOut[] {
  const [, service, path] = /^(?:([^:/]+):)?(\/.*)$/s.exec(text) ?? []
  if (path === undefined) throw new InvalidArgumentError('Write /PATH, or SERVICE:/PATH.')
  return [...earlier, service === undefined ? { path } : { service, path }]
}

export function replicas(text: string, earlier: readonly { service: string; replicas: number }[] = []) {
  const [{ name, value } = { name: '', value: '' }] = pair(text)
  return [...earlier, { service: name, replicas: wholeNumber(value) }]
}

export interface Group {
  readonly name: string
  readonly containers: readonly string[]
}

/** `web=A B C`, `web=A,B,C` and `web=A web=B` all say the same. */
export function group(text: string, earlier: readonly Group[] = []): Group[] {
  const last = earlier.at(-1)
  const at = text.indexOf('=')
  if (at === -1 && last === undefined) throw new InvalidArgumentError('Write SERVICE=CONTAINER.')
  const name = at === -1 ? (last?.name ?? '') : text.slice(0, at)
  const containers = text
    .slice(at + 1)
    .split(',')
    .filter(part => part !== '')
  if (name === '' || containers.length === 0) throw new InvalidArgumentError('Write SERVICE=CONTAINER.')
  const others = earlier.filter(one => one.name !== name)
  const before = earlier.find(one => one.name === name)?.containers ?? []
  return [...others, { name, containers: [...before, ...containers] }]
}

/** The endpoint where something is to be done, by its name: for a command, or for all of a room. The context tells it. */
export function onEndpoint(): Option {
  return new Option('--on <endpoint>', 'the endpoint (the default one if absent)')
}

/** Of commands that remove containers. */
export function withVolumes(): Option {
  return new Option('--volumes', 'remove their anonymous volumes too: they stay otherwise')
}

function positivePort(text: string): number {
  const port = portNumber(text)
  if (port === 0) throw new InvalidArgumentError('A port is at least 1.')
  return port
}
