import * as z from 'zod'
import { AtEndpoint, method } from './method.ts'

/** Whose files: a container's by its id or name, an image's by its id or tag, a volume's by its name. */
export const FilePlace = z.strictObject({
  kind: z.enum(['container', 'image', 'volume']),
  id: z.string().min(1).max(300),
})
export type FilePlace = z.infer<typeof FilePlace>

/** In a place, with `/` for its root. */
export const FilePath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'a path that begins with a slash')

/** On the machine that the app runs on, as a person chose it. */
export const LocalPath = z.string().min(1).max(4096)

export const FileEntry = z.strictObject({
  name: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  /** Of a directory: all in it, as far as it was read; null where it was not read to its end. */
  bytes: z.number().nullable(),
  /** Permission bits. */
  mode: z.int(),
  /** User and group ids: `0:0`. */
  owner: z.string(),
  /** Where a link points; it is shown, never followed. */
  target: z.string(),
  modifiedAt: z.number().nullable(),
})
export type FileEntry = z.infer<typeof FileEntry>

const MiB = 1024 * 1024
const At = AtEndpoint.extend({ place: FilePlace, path: FilePath })

export const FilePreview = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string(), bytes: z.number() }),
  /** Base64 of what is one of these by its first bytes, whatever its name. */
  z.strictObject({
    kind: z.literal('picture'),
    mime: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    base64: z.string(),
    bytes: z.number(),
  }),
  z.strictObject({ kind: z.literal('binary'), bytes: z.number() }),
  z.strictObject({ kind: z.literal('large'), bytes: z.number() }),
  z.strictObject({ kind: z.literal('symlink'), target: z.string() }),
  z.strictObject({ kind: z.enum(['directory', 'other']) }),
])
export type FilePreview = z.infer<typeof FilePreview>

/** Files of containers, images and volumes. */
export const filesContract = {
  /**
   * One level. Engines tell a folder only with all that is below it: what lies behind the first `mostBytes` of that is
   * not seen, and `isWhole` says so.
   */
  'files.list': method(
    At.extend({
      mostBytes: z
        .int()
        .min(MiB)
        .max(65_536 * MiB)
        .default(256 * MiB),
    }),
    z.strictObject({ entries: z.array(FileEntry), isWhole: z.boolean(), readBytes: z.number() }),
  ),
  /** Text up to 256 KiB, pictures up to 4 MiB. */
  'files.preview': method(At, FilePreview),
  /** A file as it is, a folder as a tar, to a path on this machine; there all at once or not at all. */
  'files.get': method(
    At.extend({ to: LocalPath, replace: z.boolean().default(false) }),
    z.strictObject({ path: z.string(), bytes: z.number() }),
  ),
  /**
   * A file of this machine into a folder. Fails `refused` for images, and for containers of a set unless it is insisted
   * on, which then shows as drift.
   */
  'files.put': method(
    At.extend({ from: LocalPath, insist: z.boolean().default(false) }),
    z.strictObject({ path: z.string(), bytes: z.number() }),
  ),
} as const
