import type { Sites } from '../fleet/endpoints/sites.ts'
import { followImages, listImages } from '../fleet/images/image-list.ts'
import { planOfImageRemoval, planOfPrune, pruneImages, removeImages } from '../fleet/images/image-remove.ts'
import { tagImage, untagImage } from '../fleet/images/image-tags.ts'
import { buildImage, loadImages, pullImage, pushImage, saveImages } from '../fleet/images/image-transfers.ts'
import { followTransfers } from '../fleet/images/transfer-feed.ts'
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

    'images.transfers': (_, emit) => followTransfers(sites.at(undefined), emit),
    'image.pull': (input, call) => pullImage(sites.at(input.endpoint), input, call),
    'image.push': (input, call) => done(pushImage(sites.at(input.endpoint), input, call)),
    'image.build': (input, call) => buildImage(sites.at(input.endpoint), input, call),
    'image.save': (input, call) => saveImages(sites.at(input.endpoint), input, call),
    'image.load': (input, call) => loadImages(sites.at(input.endpoint), input, call),
  }
}
