import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Engine } from '../../main/engine/engine.ts'
import { tarOf } from '../../main/engine/tar.ts'
import { baseFiles, sampleChanges, sampleImages } from '../../main/fleet/fleets/sample-files.ts'

/** The sample fleet's images, made once for an engine. */
export async function importSampleImages(engine: Engine): Promise<void> {
  for (const image of sampleImages) {
    const tar = await tarOf([...baseFiles(readFileSync('/bin/busybox')), ...image.files])
    await engine.importImage(tar, image.tag, sampleChanges(image))
  }
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
