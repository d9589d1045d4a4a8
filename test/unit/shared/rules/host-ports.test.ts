import { expect, test } from 'vitest'
import {
  chooseHostPorts,
  HOST_PORTS,
  isPortTaken,
  ownsHostPort,
  portsToPublish,
} from '../../../../shared/rules/host-ports.ts'

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

test('UDP ports are not published', () => {
  const ports = [
    { port: 53, protocol: 'udp' as const },
    { port: 80, protocol: 'tcp' as const },
  ]
  expect(portsToPublish({ ports })).toEqual([80])
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
