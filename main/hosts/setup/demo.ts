import { prepareHome, usingHome } from '../../store/home-access.ts'
import { homeIdOf } from '../../store/home-identity.ts'
import { homeFolder, proxyPortOf } from '../home.ts'
import { consentHere } from './agree.ts'
import { buildIfStale } from './bundles.ts'
import { removeDemo } from './clean.ts'
import { DEMO_USAGE, demoOptions } from './demo-arguments.ts'
import { ensureEngine } from './engine-choice.ts'
import { hasApt, installPackages, SAMPLE_PACKAGES } from './packages.ts'
import { runToExit } from './run.ts'
import { makeSample } from './sample.ts'
import { leaveWindow, pageUrl } from './show.ts'
import { say } from './tool.ts'
import { chooseWindow } from './window-choice.ts'

const FLEET = 'shop'

// `npm run demo`: from a fresh machine to the sample fleet on the screen, and with `--clean` back.
await runToExit(async () => {
  const home = homeFolder(process.env)
  const { clean, all, yes, help } = demoOptions(process.argv.slice(2))
  if (help) say(DEMO_USAGE)
  else if (clean) await removeDemo(home, process.env, { fleet: FLEET, all, consent: consentHere(yes) })
  else await demo(home)
  return 0
})

async function demo(home: string): Promise<void> {
  if (hasApt() && process.getuid?.() === 0) await installPackages(SAMPLE_PACKAGES, "for the sample's images")
  // A private engine is kept in the home: it is one from here on, so that --clean removes it.
  prepareHome(home)
  await usingHome(home, () => homeIdOf(home))
  say(await ensureEngine(home, process.env))
  const choice = await chooseWindow()
  await buildIfStale(choice.kind === 'electron' ? 'window' : 'no window')
  await makeSample(home, FLEET, process.env)
  say(choice.why)
  const isShown = choice.kind === 'electron' && (await leaveWindow(choice.executable, home))
  if (choice.kind === 'electron' && !isShown)
    say('The window ended at once: the page below shows the same in your browser')
  say(whatToTry(await pageUrl(home), proxyPortOf(process.env)))
}

function whatToTry(url: string, port: number): string {
  const address = `http://${FLEET}.localhost:${port}`
  return `
The sample fleet ${FLEET} is up: ${address} shows v1, and v2 stands beside it.
  The page          ${url}
  Go to v2          npm run -s flotilla -- route switch ${FLEET} v2
  See it            curl ${address}
  Take it back      npm run -s flotilla -- undo ${FLEET}
  What was done     npm run -s flotilla -- journal ${FLEET}
  Remove it all     npm run demo -- --clean`
}
