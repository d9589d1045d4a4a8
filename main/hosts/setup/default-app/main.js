// Starts an app by its folder, as a stock Electron does: `electron [-r MODULE]... FOLDER [ARGUMENT]...`. A runtime that was
// taken out of somebody's product has this part no more.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron/main'

const args = process.argv.slice(1)
const required = []
let at = 0
for (; at < args.length && args[at].startsWith('-'); at += 1) {
  if (args[at] === '-r' || args[at] === '--require') {
    at += 1
    required.push(args[at])
  }
}
if (at >= args.length) {
  console.error('usage: electron FOLDER')
  process.exit(2)
}

const given = resolve(args[at])
const folder = existsSync(join(given, 'package.json')) ? given : dirname(given)
const manifest = existsSync(join(folder, 'package.json'))
  ? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  : {}
const require = createRequire(join(folder, 'none.js'))

// What the app sees is its own command line.
process.argv.splice(1, at)
process.defaultApp = true
app.setName(manifest.productName ?? manifest.name ?? 'Electron')
app.setVersion(manifest.version ?? '0.0.0')
app.setAppPath(folder)
for (const path of required) require(path)

const start = folder === given ? require.resolve(given) : given
try {
  // Awaited, so that Electron gets ready only once the app's own code has said what must be said before.
  await import(pathToFileURL(start).href)
} catch (error) {
  console.error(error)
  process.exit(1)
}
