import { join } from 'node:path'
import { app } from 'electron'
import { PROXY_V8_FLAGS } from '../../../shared/proxy-flags.ts'
import type { ProxyLaunch } from '../../proxy/proxy.ts'

export const PROXY_FLAG = '--flotilla-proxy'
const NOTHING_TO_DRAW = ['--disable-gpu', '--disable-software-rasterizer']

/** How this executable is started once more, as the proxy. It keeps the sandbox switch that it was itself started with. */
export function proxyLaunch(): Pick<ProxyLaunch, 'command' | 'args'> {
  const own = app.isPackaged ? [] : [app.getAppPath()]
  const sandbox = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []
  const flags = [`--js-flags=${PROXY_V8_FLAGS.join(' ')}`, ...sandbox, ...NOTHING_TO_DRAW]
  return { command: process.execPath, args: [...flags, ...own, PROXY_FLAG] }
}

/** Chromium wants a folder of its own for each process that is not of one family. */
export function proxyFolder(home: string): string {
  return join(home, 'electron-proxy')
}
