import { afterEach, expect, test } from 'vitest'
import { chooseEndpoint } from '../../../renderer/state/choose-endpoint.ts'
import { aimAt, atPlace } from '../../../renderer/state/endpoints.ts'
import { useFleet } from '../../../renderer/state/fleet.ts'
import { showScreen, useView } from '../../../renderer/state/view.ts'
import { Name } from '../../../shared/model/ids.ts'
import type { FleetView } from '../../../shared/model/views.ts'

const lab = Name.parse('lab')
// Only what is read is written out.
const farAway = { fleet: { endpoint: lab } } as unknown as FleetView

afterEach(() => {
  useView.setState({ screen: 'fleet', endpoint: null, isAllListed: false, about: null })
  useFleet.setState({ view: null })
})

test('a room asks the endpoint that was chosen, and the default one when all are shown', () => {
  useFleet.setState({ view: farAway })
  useView.setState({ screen: 'images', endpoint: null })
  expect(atPlace()).toEqual({})
  useView.setState({ endpoint: lab })
  expect(atPlace()).toEqual({ endpoint: 'lab' })
})

test('what is asked from a fleet is asked where the fleet lives', () => {
  useFleet.setState({ view: farAway })
  expect(atPlace()).toEqual({ endpoint: 'lab' })
})

test('in a list of all endpoints it is the endpoint of the row that was touched last, until something else is shown', () => {
  const touch = () => aimAt([{ endpoint: lab }])
  useView.setState({ screen: 'volumes' })
  touch()
  expect(atPlace()).toEqual({})
  useView.setState({ isAllListed: true })
  touch()
  expect(atPlace()).toEqual({ endpoint: 'lab' })
  showScreen('images')
  expect(atPlace()).toEqual({})
  touch()
  chooseEndpoint(null)
  expect([atPlace(), useView.getState().isAllListed]).toEqual([{}, true])
  chooseEndpoint(lab)
  expect([atPlace(), useView.getState().isAllListed]).toEqual([{ endpoint: 'lab' }, false])
})
