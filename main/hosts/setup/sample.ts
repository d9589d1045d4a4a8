import { connect } from '../../../shared/connect.ts'
import { FailureError } from '../../../shared/failure.ts'
import type { EndpointState } from '../../../shared/model/app-state.ts'
import { attach } from '../background.ts'
import type { Environment } from '../home.ts'
import { say } from './tool.ts'

/** Makes the sample fleet, with the app that runs for the home or is started. Fails where its engine does not answer. */
export async function makeSample(home: string, fleet: string, environment: Environment): Promise<void> {
  const onStart = () => say('Starting Flotilla in the background')
  const api = connect(await attach({ home, by: 'cli', environment, onStart }))
  try {
    await new Promise<void>((done, failed) => {
      api.follow(
        'app.state',
        {},
        ({ endpoint }) => {
          if (endpoint.state === 'connected') done()
          if (endpoint.state === 'lost') failed(engineLost(endpoint))
        },
        failure => failed(new FailureError(failure)),
      )
    })
    await api.call(
      'fleet.sample',
      { name: fleet },
      { onProgress: ({ done, total, what }) => say(`  ${done + 1}/${total} ${what}`) },
    )
  } finally {
    api.close()
  }
}

function engineLost({ address, failure }: EndpointState): FailureError {
  const message = `The engine at ${address} does not answer`
  return new FailureError(failure ?? { code: 'unreachable', message, hint: 'npm run -s flotilla -- doctor' })
}
