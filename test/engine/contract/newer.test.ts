import { findNewerDocker, findNewerPodman } from '../../support/found-engines.ts'
import { contractOf } from './contract.ts'

contractOf('Docker of the newer system', await findNewerDocker())
contractOf('Podman of the newer system', await findNewerPodman())
