import { findDockerOverContainerd, findNewerDocker, findNewerPodman } from '../../support/found-engines.ts'
import { contractOf } from './contract.ts'

contractOf('Docker of the newer system', await findNewerDocker())
contractOf('Docker over containerd of the newer system', await findDockerOverContainerd())
contractOf('Podman of the newer system', await findNewerPodman())
