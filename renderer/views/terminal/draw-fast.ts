import { WebglAddon } from '@xterm/addon-webgl'
import type { Terminal } from '@xterm/xterm'

/**
 * Draws a terminal that is shown by the GPU. Where there is none, or it is taken away, the screen goes on as before. A
 * window has few contexts: each is let go when its terminal is out of sight. Returns its stop.
 */
export function drawFast(terminal: Terminal): () => void {
  const addon = new WebglAddon()
  let isOn = true
  const stop = () => {
    if (isOn) addon.dispose()
    isOn = false
  }
  try {
    addon.onContextLoss(stop)
    terminal.loadAddon(addon)
  } catch {
    // Without WebGL the terminal draws itself as elements.
    stop()
  }
  return stop
}
