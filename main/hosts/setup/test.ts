import { fail } from '../../../shared/failure.ts'
import { buildAll } from './bundles.ts'
import { ENGINE_PACKAGES, hasApt, installPackages, podmanPackages, SAMPLE_PACKAGES, TEST_PACKAGES } from './packages.ts'
import { runToExit } from './run.ts'
import { checkStages, conclude, endToEndStage, engineStage } from './stages.ts'
import { say } from './tool.ts'
import { findElectron } from './window-choice.ts'

// `npm test`: everything. What the machine lacks for it is installed first.
await runToExit(async () => {
  if (hasApt()) {
    await installPackages([...ENGINE_PACKAGES, ...SAMPLE_PACKAGES, ...TEST_PACKAGES], 'for the tests')
    await installPackages(podmanPackages(), 'to try a second engine')
  }
  const electron = await findElectron('no download')
  if (electron === undefined) fail('unsupported', 'There is no Electron to test with', { hint: 'npx install-electron' })
  say(electron.why)
  const outcomes = await checkStages()
  await buildAll()
  outcomes.push(await engineStage(), await endToEndStage())
  return conclude(outcomes)
})
