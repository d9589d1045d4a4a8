import { followImages, listImages } from '../fleet/image-list.ts'
import { planOfImageRemoval, planOfPrune, pruneImages, removeImages } from '../fleet/image-remove.ts'
import { tagImage, untagImage } from '../fleet/image-tags.ts'
import type { Sites } from '../fleet/sites.ts'
import { done } from './done.ts'
import type { Room } from './serve.ts'

export function imagesHandlers(sites: Sites): Room<'image' | 'images'> {
  return {
    'images.state': ({ endpoint }, emit) => followImages(sites.at(endpoint), emit),
    'image.list': ({ endpoint }, { signal }) => listImages(sites.at(endpoint), signal),
    'image.tag': (input, call) => done(tagImage(sites.at(input.endpoint), input, call)),
    'image.untag': (input, call) => done(untagImage(sites.at(input.endpoint), input, call)),
    'image.removePlan': (input, { signal }) => planOfImageRemoval(sites.at(input.endpoint), input, signal),
    'image.remove': (input, call) => removeImages(sites.at(input.endpoint), input, call),
    'image.prunePlan': (input, { signal }) => planOfPrune(sites.at(input.endpoint), input, signal),
    'image.prune': (input, call) => pruneImages(sites.at(input.endpoint), input, call),
  }
}
