import { existsSync, readFileSync } from 'node:fs'
import { tarOf } from '../../main/archive/tar.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { baseFiles, sampleChanges, sampleImages } from '../../main/fleet/fleets/sample-files.ts'

/** The sample fleet's images, made once for an engine. */
export async function importSampleImages(engine: Engine): Promise<void> {
  for (const image of sampleImages) {
    const tar = await tarOf([...baseFiles(busybox()), ...image.files])
    await engine.importImage(tar, image.tag, sampleChanges(image))
  }
}

/** The daemon in memory knows the program by its name: a machine without one has a stand-in. */
function busybox(): Uint8Array {
  return existsSync('/bin/busybox') ? readFileSync('/bin/busybox') : Buffer.alloc(1_100_000, 'busybox')
}
