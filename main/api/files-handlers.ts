import type { Sites } from '../fleet/endpoints/sites.ts'
import { listFiles, previewFile } from '../fleet/files/file-list.ts'
import { getFile, putFile } from '../fleet/files/file-transfer.ts'
import type { Room } from './serve.ts'

export function filesHandlers(sites: Sites): Room<'files'> {
  return {
    'files.list': (input, { signal }) => listFiles(sites.at(input.endpoint), input, signal),
    'files.preview': (input, { signal }) => previewFile(sites.at(input.endpoint), input, signal),
    'files.get': (input, call) => getFile(sites.at(input.endpoint), input, call),
    'files.put': (input, call) => putFile(sites.at(input.endpoint), input, call),
  }
}
