import { expect, test } from 'vitest'
import { connectEndpoint } from '../../../../main/fleet/endpoints/endpoints.ts'
import type { Sites } from '../../../../main/fleet/endpoints/sites.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import type { EndpointSettings } from '../../../../shared/endpoints.ts'
import { DEFAULT_ENDPOINT, Name } from '../../../../shared/model/ids.ts'

/** The default endpoint and `lab`, as far as connecting is concerned. */
function world(connect: boolean) {
  const lab = Name.parse('lab')
  let endpoints = [{ name: lab, address: 'ssh://lab', connect, engineId: null } as EndpointSettings]
  const tried: string[] = []
  const partsOf = (endpoint: Name) =>
    ({
      endpoint,
      engine: {
        state: () => ({ address: '', engine: null }),
        stranger: () => null,
        dataId: () => null,
        tryAgain: () => tried.push(endpoint),
      },
      store: { journal: { state: () => ({ fleets: new Map() }) }, documents: { settings: () => ({ endpoints }) } },
    }) as unknown as Parts
  const sites = {
    at: (endpoint: Name) => partsOf(endpoint),
    all: () => [],
    settingsOf: (endpoint: Name) => endpoints.find(one => one.name === endpoint) ?? null,
    save: (saved: EndpointSettings[]) => {
      endpoints = saved
    },
  } as unknown as Sites
  return { sites, lab, tried, isConnected: () => endpoints[0]?.connect }
}

test('who connects an endpoint has it looked for at once, also one that is to be connected already', () => {
  for (const before of [true, false]) {
    const { sites, lab, tried, isConnected } = world(before)
    connectEndpoint(sites, lab)
    expect([tried, isConnected()]).toEqual([['lab'], true])
  }
})

test('the default endpoint can be tried again, though nothing of it is kept', () => {
  const { sites, tried } = world(false)
  expect(connectEndpoint(sites, DEFAULT_ENDPOINT).name).toBe(DEFAULT_ENDPOINT)
  expect(tried).toEqual([DEFAULT_ENDPOINT])
})
