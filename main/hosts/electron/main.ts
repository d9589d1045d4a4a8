// Before the bundle is loaded: Node reads the source maps of later modules only. Stacks then name the TypeScript files.
process.setSourceMapsEnabled(true)
await import('./programs.ts')
