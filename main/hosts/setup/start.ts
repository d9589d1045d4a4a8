import { homeFolder } from '../home.ts'
import { buildIfStale } from './bundles.ts'
import { runToExit } from './run.ts'
import { openPage, runWindow } from './show.ts'
import { say } from './tool.ts'
import { chooseWindow } from './window-choice.ts'

// `npm start`: the app in its window, for as long as the window is open.
await runToExit(async () => {
  const choice = await chooseWindow()
  say(choice.why)
  await buildIfStale(choice.kind === 'electron' ? 'window' : 'no window')
  const home = homeFolder(process.env)
  return choice.kind === 'electron' ? runWindow(choice.executable, home) : openPage(home)
})
