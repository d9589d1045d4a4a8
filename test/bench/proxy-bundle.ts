import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

/** The proxy in one file, as it ships: without the type stripper, which alone takes 30 MB, and without unused parts. */
export async function bundleProxy(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'flotilla-bundle-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: 'main/proxy/main.ts',
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'proxy.mjs' } },
    },
  })
  return join(outDir, 'proxy.mjs')
}
