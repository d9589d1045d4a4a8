import { request } from 'node:http'
import { busyboxTar } from './engine-image.ts'
import type { FleetWorld } from './fleet-world.ts'
import { workerEngine } from './worker-engine.ts'

const imageOf = ({ name }: FleetWorld) => `${name}-store:1`

/** An image with a volume of its own, for containers that hold data. */
export async function importStoreImage(world: FleetWorld): Promise<string> {
  await world.engine.importImage(await busyboxTar(), imageOf(world), ['ENV PATH=/bin', 'VOLUME /data'])
  return imageOf(world)
}

/** As `docker run --rm -d -p PORT IMAGE` does: nothing in the app makes such containers. Returns the id. */
export async function runGoing(world: FleetWorld, name: string): Promise<string> {
  const { Id } = await post<{ Id: string }>(`/containers/create?name=${name}`, {
    Image: imageOf(world),
    Cmd: ['sleep', '1000'],
    ExposedPorts: { '5432/tcp': {} },
    HostConfig: {
      AutoRemove: true,
      Init: true,
      PortBindings: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  })
  await world.engine.startContainer(Id)
  return Id
}

function post<T>(path: string, body: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: workerEngine().replace('unix://', ''),
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      },
      answer => {
        let text = ''
        answer.on('data', part => {
          text += part
        })
        answer.on('end', () => resolve(JSON.parse(text)))
      },
    )
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}
