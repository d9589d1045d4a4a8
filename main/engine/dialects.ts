import type { Dialect } from './dialect.ts'
import { speakToPodman } from './podman/podman.ts'

interface Hello {
  readonly Components: readonly { readonly Name: string; readonly Version: string }[]
}

/** By what the engine tells in `GET /version` of the parts that it is made of. */
export function dialectOf(hello: Hello): Dialect {
  const podman = hello.Components.find(component => component.Name === 'Podman Engine')
  if (podman !== undefined) return speakToPodman(podman.Version)
  return { product: 'Docker', translated: calls => calls, event: told => told }
}
