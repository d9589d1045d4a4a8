import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { tarOfFile } from '../../../../main/archive/folder.ts'

test('a file that is closed before its end breaks its tar off', async () => {
  const content = new Readable({ read: () => {} })
  content.push('abc')
  const tar = tarOfFile({ name: 'notes', bytes: 10, mode: 0o644, modifiedAt: 0 }, content)
  const read = buffer(tar)
  content.destroy()
  await expect(read).rejects.toThrow('notes was closed before its end')
})
