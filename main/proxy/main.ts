import { runProxy } from './run-proxy.ts'

// The entry under plain Node. A host with an executable of its own calls runProxy when it finds --flotilla-proxy.
await runProxy(process.argv.slice(2))
