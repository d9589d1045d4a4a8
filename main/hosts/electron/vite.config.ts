import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const folder = fileURLToPath(new URL('.', import.meta.url))
const out = fileURLToPath(new URL('../../../dist/electron', import.meta.url))

/**
 * Modules that cannot be in a bundle, or are never used: optional addons that speed up SSH, which are built on the machine that they
 * run on, and BuildKit's sessions, which read their protocol from files beside them. Whoever asks for one is told that it is
 * not there, and goes on without, as it does where an addon's build failed.
 */
function withoutUnusable(): Plugin {
  const isAddon = (id: string) => id.endsWith('.node') || id === 'cpu-features'
  return {
    name: 'without-unusable',
    enforce: 'pre',
    resolveId: id => (isAddon(id) ? `\0absent:${id}` : null),
    load(id) {
      if (id.startsWith('\0absent:')) return "throw new Error('not in this build')"
      const isSession = /[\\/]dockerode[\\/]lib[\\/](?:session|buildkit)\.js$/.test(id)
      return isSession ? "module.exports = () => { throw new Error('BuildKit is not in this build') }" : null
    },
  }
}

/** Modules of the older kind know their folder; in a bundle of the newer kind they are all in ours. */
const ownFolder = `import { fileURLToPath as toPath } from 'node:url'
const __filename = toPath(import.meta.url)
const __dirname = toPath(new URL('.', import.meta.url))`

/** `vite build` makes main.js, `vite build --mode preload` makes preload.cjs: a sandboxed preload must be CommonJS. */
export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload'
  return {
    root: folder,
    configFile: false,
    // The tray's pictures, beside the bundle.
    publicDir: isPreload ? false : `${folder}icons`,
    plugins: [withoutUnusable()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      // The Node of Electron 33, the oldest that we run in.
      target: 'node20.18',
      outDir: out,
      emptyOutDir: !isPreload,
      minify: false,
      sourcemap: !isPreload,
      rollupOptions: {
        input: isPreload ? `${folder}preload.ts` : `${folder}main.ts`,
        external: ['electron'],
        output: isPreload
          ? { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false }
          : {
              format: 'es',
              entryFileNames: 'main.js',
              chunkFileNames: '[name].js',
              banner: ownFolder,
              // Stacks need the places, not the text.
              sourcemapExcludeSources: true,
            },
      },
    },
  }
})
