import { app } from 'electron'
import { runProxy } from '../../proxy/run-proxy.ts'
import { homeFolder } from '../home.ts'
import { startApplication } from './application.ts'
import { PROXY_FLAG, proxyFolder } from './proxy-launch.ts'

const home = homeFolder(process.env)

// The same executable is two programs: with the flag it is the proxy, which has no window and outlives the one that has.
if (process.argv.includes(PROXY_FLAG)) {
  app.setPath('userData', proxyFolder(home))
  app.disableHardwareAcceleration()
  app.dock?.hide()
  // Electron's own start would else go on and quit when no window comes.
  app.whenReady().then(() => runProxy(process.argv.slice(process.argv.indexOf(PROXY_FLAG) + 1)))
} else {
  startApplication(home)
}
