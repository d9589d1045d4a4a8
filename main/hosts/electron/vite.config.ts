import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const folder = fileURLToPath(new URL('.', import.meta.url))
const out = fileURLToPath(new URL('../../../dist/electron', import.meta.url))

/**
 * Optional addons that speed up SSH: they are built on the machine that they run on, so they cannot be in a bundle. Whoever
 * asks for one is told that it is not there, and goes on without, as it does where the build failed.
 */
function withoutAddons(): Plugin {
  const isAddon = (id: string) => id.endsWith('.node') || id === 'cpu-features'
  return {
    name: 'without-addons',
    enforce: 'pre',
    resolveId: id => (isAddon(id) ? `\0no-addon:${id}` : null),
    load: id => (id.startsWith('\0no-addon:') ? "throw new Error('not in this build')" : null),
  }
}

/** `vite build` makes main.js, `vite build --mode preload` makes preload.cjs: a sandboxed preload must be CommonJS. */
export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload'
  return {
    root: folder,
    configFile: false,
    publicDir: false,
    plugins: [withoutAddons()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      // The Node of Electron 33, the oldest that we run in.
      target: 'node20.18',
      outDir: out,
      emptyOutDir: !isPreload,
      minify: false,
      sourcemap: false,
      rollupOptions: {
        input: isPreload ? `${folder}preload.ts` : `${folder}main.ts`,
        external: ['electron'],
        output: isPreload
          ? { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false }
          : { format: 'es', entryFileNames: 'main.js', chunkFileNames: '[name].js' },
      },
    },
  }
})
