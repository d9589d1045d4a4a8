import { setTimeout as pause } from 'node:timers/promises'
import { FailureError, fail } from '../../../shared/failure.ts'
import type { Port } from '../../../shared/wire.ts'
import { type ControlServer, isFarewell, listenControl } from '../../api/control.ts'
import { type App, openApp } from '../../app.ts'
import { logCrashes } from '../../log/open-log.ts'
import { dialIfRunning } from '../background.ts'
import { proxyPortOf } from '../home.ts'
import { version } from '../version.ts'
import { proxyLaunch } from './proxy-launch.ts'
import { systemVault } from './vault.ts'

/** Where windows get their answers from: the app that already runs for this home, or else one in this very process. */
export interface Core {
  /** Joins a window's port to the app. Fails when there is none to be had. */
  serve(port: Port): Promise<void>
  close(): Promise<void>
}

interface Hosted {
  readonly app: App
  readonly control: ControlServer
}

const TRIES = 20
const PAUSE_MS = 100

/** `onStopped` is called when the app was told to stop, be it in this process or in the one that was joined. */
export function createCore(home: string, onStopped: () => void): Core {
  let hosting: Promise<Hosted> | undefined
  let hosted: Hosted | undefined
  let isOver = false

  const end = () => {
    isOver = true
    onStopped()
  }

  async function host(): Promise<Hosted> {
    const app = await openApp({
      home,
      environment: process.env,
      proxyPort: proxyPortOf(process.env),
      proxyLaunch: proxyLaunch(),
      log: line => process.stderr.write(`${line}\n`),
      version,
      vault: systemVault(),
    })
    logCrashes(app.log)
    // Electron goes on after one, with a warning that nobody sees.
    process.on('unhandledRejection', error => app.log('A rejection was not handled', { level: 'error', error }))
    app.stopped.then(end, end)
    const control = await listenControl(home, (port, by) => app.serve(port, by))
    return { app, control }
  }

  /** Somebody else may take the home between our look and our step: look again then. */
  async function serve(port: Port): Promise<void> {
    for (let left = TRIES; hosted === undefined; left -= 1) {
      // The page looks for the next app at once; the one that was told to stop shall have none.
      if (isOver) fail('unreachable', 'Flotilla was told to stop')
      const running = hosting === undefined ? await dialIfRunning(home, 'user') : undefined
      if (running !== undefined) return join(port, running, end)
      hosting ??= host()
      try {
        hosted = await hosting
      } catch (error) {
        hosting = undefined
        if (left === 0 || !isConflict(error)) throw error
        await pause(PAUSE_MS)
      }
    }
    hosted.app.serve(port, 'user')
  }

  return {
    serve,
    async close() {
      isOver = true
      await hosting?.catch(() => undefined)
      await hosted?.control.close()
      await hosted?.app.close()
    },
  }
}

/** Passes everything on, both ways, until either end is gone. */
function join(window: Port, app: Port, onFarewell: () => void): void {
  window.onClose(() => app.close())
  app.onClose(() => window.close())
  window.receive(message => app.send(message))
  app.receive(message => {
    if (isFarewell(message)) onFarewell()
    else window.send(message)
  })
}

function isConflict(error: unknown): boolean {
  return error instanceof FailureError && error.failure.code === 'conflict'
}
