import { join } from 'node:path'
import type { InlineConfig, Plugin } from 'vite'
import { SOCKET_PATH } from '../../../shared/bridge.ts'
import { ROOT } from './tool.ts'

const STRICT = "script-src 'self'"
const KEEP_TOKEN = `
const key = 'flotilla-dev-token'
if (location.hash.length > 1) sessionStorage.setItem(key, location.hash)
else history.replaceState(null, '', sessionStorage.getItem(key) ?? '#')`

/** Vite's server for the page on loopback, which passes the page's socket on to the app at this port. */
export function pageForDevelopment(appPort: number): InlineConfig {
  const target = `http://127.0.0.1:${appPort}`
  return {
    configFile: join(ROOT, 'renderer', 'vite.config.ts'),
    plugins: [relaxedPage()],
    server: {
      host: '127.0.0.1',
      proxy: {
        [`^${SOCKET_PATH}$`]: {
          target,
          ws: true,
          changeOrigin: true,
          configure: proxy => proxy.on('proxyReqWs', asked => asked.setHeader('origin', target)),
        },
      },
    },
  }
}

/**
 * The page as Vite needs it: its scripts are inline, and the page must not lose its token when it is loaded again. Only for
 * Vite's server: no build takes this plugin.
 */
export function relaxedPage(): Plugin {
  return {
    name: 'relaxed-page',
    apply: 'serve',
    transformIndexHtml: html => ({
      html: html.replace(STRICT, `${STRICT} 'unsafe-inline'`),
      tags: [{ tag: 'script', children: KEEP_TOKEN, injectTo: 'head-prepend' }],
    }),
  }
}
