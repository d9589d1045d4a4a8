import { describe, expect, test } from 'vitest'
import {
  chooseHostPorts,
  HOST_PORTS,
  isPortTaken,
  lacksPort,
  ownsHostPort,
  portsToPublish,
} from '../../../../shared/rules/host-ports.ts'
import { runConfig } from '../../../support/run-config.ts'

const { first, last } = HOST_PORTS
const everyPort = Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('no host port is one that Linux or an engine hands out by itself', () => {
  expect(first).toBeGreaterThan(1023)
  expect(last).toBeLessThan(32_768)
})

test('ports are chosen from the start upwards, without those that are taken', () => {
  expect(chooseHostPorts(3, new Set([first + 1]), 0)).toEqual([first, first + 2, first + 3])
})

test('after the last port comes the first', () => {
  expect(chooseHostPorts(3, new Set([last]), 0.99985)).toEqual([last - 1, first, first + 1])
})

test('the last free port is found from anywhere, and none is given twice', () => {
  const taken = new Set(everyPort.filter(port => port !== last - 5))
  for (const start of [0, 0.5, 0.9999]) expect(chooseHostPorts(2, taken, start)).toEqual([last - 5])
  expect(chooseHostPorts(1, new Set(everyPort), 0.3)).toEqual([])
})

describe('of the ports of a service', () => {
  const tcp = [80, 443, 6379, 9090].map(port => ({ port, protocol: 'tcp' as const }))
  const run = runConfig({ ports: [...tcp, { port: 53, protocol: 'udp' }] })
  const web = { name: 'web', run, checks: [] }
  const route = (service: string, servicePort: number) => ({ service, servicePort })

  test('all of TCP are published while the fleet has no routes', () => {
    expect(portsToPublish(web, [])).toEqual([80, 443, 6379, 9090])
  })

  test('those that routes lead to are published, and no others', () => {
    expect(portsToPublish(web, [route('web', 443), route('api', 80), route('web', 53)])).toEqual([443])
    expect(portsToPublish(web, [route('api', 80)])).toEqual([])
  })

  test('those that checks connect to are published as well', () => {
    const http = { kind: 'http' as const, port: 80, path: '/', status: 200, body: null }
    const checks = [{ kind: 'running' as const }, { kind: 'tcp' as const, port: 9090 }, http]
    expect(portsToPublish({ ...web, checks }, [route('api', 80)])).toEqual([80, 9090])
  })

  test('one that a set was made without is known, unless the set is of an earlier version', () => {
    const container = { service: 'web', ports: [{ port: 80, hostPort: first }] }
    expect(lacksPort([container], route('web', 80))).toBe(false)
    expect(lacksPort([container], route('web', 443))).toBe(true)
    expect(lacksPort([container], route('api', 443))).toBe(false)
    expect(lacksPort([{ service: 'web' }], route('web', 443))).toBe(false)
  })
})

test('a container owns the host ports that were recorded for it, and no other', () => {
  const container = { ports: [{ port: 80, hostPort: first }] }
  expect([ownsHostPort(container, 80), ownsHostPort(container, 81), ownsHostPort({}, 80)]).toEqual([true, false, false])
})

test('the words of Docker and Podman for a taken port are known', () => {
  expect(isPortTaken('Bind for 127.0.0.1:20000 failed: port is already allocated')).toBe(true)
  expect(isPortTaken('listen tcp4 127.0.0.1:20000: bind: address already in use')).toBe(true)
  expect(isPortTaken('network shop-1 has active endpoints')).toBe(false)
})
