import type { FileEntry, FilePreview } from '../../../shared/contract/files.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Story } from './operation.ts'
import { HOSTILE, isHostile } from './world.ts'

const picture =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAJklEQVR42mNkYPhfz0ABYBw1YNQABgYGBsZRA0YNGDVg1IChYwAAhD8D/T3zXq0AAAAASUVORK5CYII='

function entry(name: string, more: Partial<FileEntry> = {}): FileEntry {
  const plain = { type: 'file' as const, bytes: 1_240, mode: 0o644, owner: '0:0', target: '' }
  return { name, ...plain, modifiedAt: 1_790_000_000_000, ...more }
}

const folder = (name: string, bytes: number | null = 48_300_000) =>
  entry(name, { type: 'directory', bytes, mode: 0o755 })

/** The same few folders wherever one looks. */
export function filesHandlers({ world }: Story) {
  return {
    'files.list': ({ path, mostBytes }: Parsed<'files.list'>): Output<'files.list'> => {
      if (path.startsWith('/root')) fail('refused', 'The engine may not read /root')
      if (path.startsWith('/empty')) return { entries: [], isWhole: true, readBytes: 1024 }
      if (path !== '/') {
        const files = [
          folder('config', 4_200),
          entry('README.md', { bytes: 3_400 }),
          entry('current', { type: 'symlink', bytes: 0, mode: 0o777, target: '/app/releases/8' }),
          entry('data.bin', { bytes: 2_400_000 }),
          entry('logo.png', { bytes: 96 }),
          entry('server.js', { mode: 0o755, owner: '1000:1000' }),
          ...(isHostile(world) ? [entry(HOSTILE)] : []),
        ]
        return { entries: files, isWhole: true, readBytes: 2_500_000 }
      }
      const whole = mostBytes > 512 * 1024 * 1024
      const names = ['app', 'bin', 'dev', 'empty', 'etc', 'home', 'root', 'tmp', 'usr', 'var']
      return {
        entries: names.map(name => folder(name, whole ? 1_200_000 : null)),
        isWhole: whole,
        readBytes: 268_435_456,
      }
    },
    'files.preview': ({ path }: Parsed<'files.preview'>): FilePreview => {
      if (path.endsWith('.png')) return { kind: 'picture', mime: 'image/png', base64: picture, bytes: 96 }
      if (path.endsWith('.bin')) return { kind: 'binary', bytes: 2_400_000 }
      if (path.endsWith('current')) return { kind: 'symlink', target: '/app/releases/8' }
      const text = isHostile(world) ? HOSTILE : "import { serve } from './http.js'\n\nserve({ port: 3000 })\n"
      return { kind: 'text', text, bytes: text.length }
    },
    'files.get': ({ to }: Parsed<'files.get'>) => ({ path: to, bytes: 1_240 }),
    'files.put': ({ place, path, insist }: Parsed<'files.put'>) => {
      if (place.kind === 'image' || (place.id.startsWith('shop-') && !insist))
        fail('refused', 'shop-7-web-1 belongs to the set of v7, which is never edited', {
          hint: 'Make a new version with the file in it. Insist, and it shows as drift',
        })
      return { path: `${path}/put`, bytes: 10 }
    },
  }
}
