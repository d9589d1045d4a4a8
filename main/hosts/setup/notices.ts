import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../../shared/failure.ts'
import { type ShippedPackage, shippedPackages } from './shipped-packages.ts'
import { ROOT } from './tool.ts'

export const NOTICES = 'THIRD-PARTY-NOTICES.txt'
export const BILL = 'sbom.cdx.json'

const LINE = '-'.repeat(80)

/** Writes what is shipped with the application beside it: the licences of others, and the list of their packages. */
export async function writeNotices(version: string): Promise<void> {
  const packages = shippedPackages(ROOT)
  const dist = join(ROOT, 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(join(dist, NOTICES), noticesOf(packages))
  await writeFile(join(dist, BILL), `${JSON.stringify(billOf(packages, version), null, 2)}\n`)
}

/** The licence texts of packages, as they bring them. Fails where one has none that is known. */
export function noticesOf(packages: readonly ShippedPackage[]): string {
  const head = `Flotilla contains the following packages. What Chromium contains is told by LICENSES.chromium.html beside the
application.
`
  const parts = packages.map(one => {
    const texts = one.texts.length > 0 ? one.texts : [standardText(one)]
    return `${LINE}\n${one.name} ${one.version}\nLicence: ${one.license}\n\n${texts.join('\n\n')}\n`
  })
  return [head, ...parts].join('\n')
}

/** CycloneDX 1.5. Without a time or a serial number: the same packages give the same bill. */
export function billOf(packages: readonly ShippedPackage[], version: string): object {
  const own = `pkg:npm/flotilla@${version}`
  const refs = new Map(packages.map(one => [`${one.name}@${one.version}`, urlOf(one)]))
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': own, name: 'flotilla', version, purl: own } },
    components: packages.map(one => ({
      type: one.name === 'electron' ? 'framework' : 'library',
      'bom-ref': urlOf(one),
      name: one.name,
      version: one.version,
      purl: urlOf(one),
      licenses: [licenceOf(one.license)],
      ...(one.integrity !== '' && { hashes: [hashOf(one.integrity)] }),
    })),
    dependencies: packages.map(one => ({
      ref: urlOf(one),
      dependsOn: one.needs.flatMap(need => refs.get(need) ?? []),
    })),
  }
}

function urlOf({ name, version }: ShippedPackage): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function licenceOf(license: string): object {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }
}

function hashOf(integrity: string): object {
  const [, algorithm = '', digest = ''] = /^sha(\d+)-(\S+)/.exec(integrity) ?? []
  return { alg: `SHA-${algorithm}`, content: Buffer.from(digest, 'base64').toString('hex') }
}

/** For packages that name their licence and do not bring it: its words as they are for everybody. */
function standardText({ name, license, author }: ShippedPackage): string {
  const copyright = `Copyright (c) ${author || `the authors of ${name}`}`
  if (license === 'MIT') return `${copyright}\n\n${MIT}`
  if (license === 'ISC') return `${copyright}\n\n${ISC}`
  return fail('internal', `${name} brings no licence text, and ${license || 'none'} is not known here`)
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

const ISC = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`
