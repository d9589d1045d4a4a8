import { randomBytes } from 'node:crypto'
import type { Container } from './container.ts'
import { refuse, type Tell } from './refusal.ts'

interface Network {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly labels: Readonly<Record<string, string>>
  readonly created: string
  readonly isInternal: boolean
  /** The first three numbers of its addresses. */
  readonly subnet: string
  last: number
}

export class Networks {
  readonly all = new Map<string, Network>()
  readonly #tell: Tell
  readonly #users: () => Iterable<Container>
  #last = 0

  constructor(tell: Tell, users: () => Iterable<Container>) {
    this.#tell = tell
    this.#users = users
    for (const [name, driver] of [
      ['bridge', 'bridge'],
      ['host', 'host'],
      ['none', 'null'],
    ] as const)
      this.#add(name, driver, {}, false)
  }

  find(reference: string): Network {
    const found = [...this.all.values()].find(
      ({ id, name }) => name === reference || id === reference || (reference.length > 8 && id.startsWith(reference)),
    )
    return found ?? refuse(404, `network ${reference} not found`)
  }

  create(
    name: string,
    { driver, labels, isInternal }: { driver: string; labels: Readonly<Record<string, string>>; isInternal: boolean },
  ): Network {
    if ([...this.all.values()].some(one => one.name === name)) refuse(409, `network with name ${name} already exists`)
    const network = this.#add(name, driver, labels, isInternal)
    this.#tell('network', 'create', network.id, { name, type: driver })
    return network
  }

  #add(name: string, driver: string, labels: Readonly<Record<string, string>>, isInternal: boolean): Network {
    this.#last += 1
    const subnet = `10.${200 + (this.#last >> 8)}.${this.#last & 255}`
    const id = randomBytes(32).toString('hex')
    const network = { id, name, driver, labels, isInternal, subnet, created: new Date().toISOString(), last: 1 }
    this.all.set(id, network)
    return network
  }

  join(container: Container, reference: string, aliases: readonly string[]): void {
    const network = this.find(reference)
    if (container.networks.has(network.name))
      refuse(403, `endpoint with name ${container.parts.name} already exists in network ${network.name}`)
    network.last = (network.last % 250) + 1
    container.networks.set(network.name, {
      network: network.name,
      address: `${network.subnet}.${network.last}`,
      aliases,
    })
    this.#tell('network', 'connect', network.id, { container: container.id, name: network.name, type: network.driver })
  }

  leave(container: Container, reference: string): void {
    const network = this.find(reference)
    if (!container.networks.delete(network.name))
      refuse(403, `container ${container.id} is not connected to network ${network.name}`)
    this.#tell('network', 'disconnect', network.id, {
      container: container.id,
      name: network.name,
      type: network.driver,
    })
  }

  usersOf(name: string): Container[] {
    return [...this.#users()].filter(one => one.networks.has(name))
  }

  remove(reference: string): void {
    const network = this.find(reference)
    if (this.usersOf(network.name).some(one => one.isRunning))
      refuse(403, `error while removing network: network ${network.name} id ${network.id} has active endpoints`)
    this.all.delete(network.id)
    this.#tell('network', 'destroy', network.id, { name: network.name, type: network.driver })
  }
}
