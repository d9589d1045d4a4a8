import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { fail } from '../../../shared/failure.ts'

const Names = z.record(z.string(), z.string()).default({})

const Locked = z.object({
  version: z.string().default(''),
  license: z.string().optional(),
  integrity: z.string().default(''),
  dev: z.boolean().default(false),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
})
const Lock = z.object({ packages: z.record(z.string(), Locked) })
const Author = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
/** Of old packages: a list, each with its type. */
const Licences = z
  .array(z.object({ type: z.string() }))
  .transform(all => all.map(({ type }) => type).join(' OR '))
  .catch('')
const Package = z.object({ author: Author.optional().catch(undefined), licenses: Licences })

/** A package that is shipped: in a bundle, or as the runtime. */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** As the package says it: an SPDX identifier or expression. */
  readonly license: string
  readonly author: string
  /** The texts that the package brings: licences and notices. Empty where it brings none. */
  readonly texts: readonly string[]
  /** `sha512-BASE64` of the package's archive. */
  readonly integrity: string
  /** Of those that are shipped, as `NAME@VERSION`. */
  readonly needs: readonly string[]
}

/** The package that runs the application; among the packages only its builder needs it. */
const RUNTIME = 'node_modules/electron'
const TEXT = /^(?:licen[sc]e|copying|notice)(?:[.-].*)?$/i

/** Every package that production needs, and the runtime, out of the lock file and the packages as they are installed. */
export function shippedPackages(root: string): readonly ShippedPackage[] {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const isShipped = (path: string) =>
    path === RUNTIME || (path !== '' && packages[path]?.dev === false && existsSync(join(root, path)))
  const paths = Object.keys(packages).filter(isShipped)
  const shipped = paths.map(path => {
    const locked = packages[path] ?? fail('internal', `${path} is not in the lock file`)
    const needed =
      path === RUNTIME ? {} : { ...locked.dependencies, ...locked.optionalDependencies, ...locked.peerDependencies }
    const needs = Object.keys(needed).flatMap(name => {
      const found = placeOf(name, path, packages)
      return found !== undefined && isShipped(found) ? [`${name}@${packages[found]?.version}`] : []
    })
    const { version, integrity } = locked
    const { licenses, ...own } = readPackage(join(root, path))
    const license = locked.license ?? licenses
    const name = nameOf(path)
    return { name, version, license, integrity, needs: [...new Set(needs)].sort(), ...own }
  })
  // The same package may be installed in several places.
  const each = new Map(shipped.map(one => [`${one.name}@${one.version}`, one]))
  return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Where a package finds another: in its own folder, or in the nearest one above. */
function placeOf(name: string, from: string, packages: Readonly<Record<string, unknown>>): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (place in packages) return place
    if (at === '') return undefined
  }
}

function readPackage(folder: string): Pick<ShippedPackage, 'author' | 'texts'> & { readonly licenses: string } {
  const { author = '', licenses } = Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const names = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && TEXT.test(entry.name))
    .map(entry => entry.name)
  return { author, licenses, texts: names.sort().map(name => readFileSync(join(folder, name), 'utf8').trim()) }
}
