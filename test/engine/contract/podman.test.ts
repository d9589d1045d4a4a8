import { findPodman } from '../../support/found-engines.ts'
import { contractOf } from './contract.ts'

contractOf('Podman as it is installed here', await findPodman())
