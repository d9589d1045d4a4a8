import { readFileSync } from 'node:fs'
import { tarOf } from '../../main/archive/tar.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { baseFiles, sampleChanges, sampleImages } from '../../main/fleet/fleets/sample-files.ts'

/** The sample fleet's images, made once for an engine. */
export async function importSampleImages(engine: Engine): Promise<void> {
  for (const image of sampleImages) {
    const tar = await tarOf([...baseFiles(readFileSync('/bin/busybox')), ...image.files])
    await engine.importImage(tar, image.tag, sampleChanges(image))
  }
}
