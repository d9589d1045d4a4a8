import { fileURLToPath } from 'node:url'
import { app, Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import { toFailure } from '../../../shared/failure.ts'
import type { HistoryStep } from '../../../shared/model/history.ts'
import type { Name } from '../../../shared/model/ids.ts'
import type { Core } from './core.ts'
import { type FleetOffer, type FleetOffers, followOffers } from './fleet-offers.ts'
import type { Notes } from './notes.ts'
import type { Desk } from './window.ts'

// A name that ends in Template takes the menu bar's own colour on a Mac.
const PICTURE = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
const PICTURE_FILE = fileURLToPath(new URL(`./${PICTURE}`, import.meta.url))
const SETTLE_MS = 200

interface TrayInput {
  readonly core: Core
  readonly desk: Desk
  readonly notes: Notes
}

/** Shows the fleets beside the clock, for as long as the app runs. A desktop without such a place shows nothing. */
export function showTray({ core, desk, notes }: TrayInput): void {
  const tray = createTray()
  if (tray === undefined) return
  let timer: NodeJS.Timeout | undefined
  let drawn = ''

  const draw = () => {
    timer = undefined
    const items = trayItems(offers, desk, notes)
    const looks = JSON.stringify(items)
    // A menu that is open closes when another takes its place.
    if (looks === drawn) return
    drawn = looks
    tray.setContextMenu(Menu.buildFromTemplate(items))
  }
  const drawSoon = () => {
    timer ??= setTimeout(draw, SETTLE_MS)
  }
  const offers = followOffers(core, drawSoon)

  tray.setToolTip('Flotilla')
  tray.on('click', () => desk.show())
  draw()
  app.once('will-quit', () => {
    clearTimeout(timer)
    offers.close()
    tray.destroy()
  })
}

function createTray(): Tray | undefined {
  try {
    return new Tray(nativeImage.createFromPath(PICTURE_FILE))
  } catch (error) {
    process.stderr.write(`There is no tray: ${toFailure(error).message}\n`)
    return undefined
  }
}

function trayItems(offers: FleetOffers, desk: Desk, notes: Notes): MenuItemConstructorOptions[] {
  return [
    { id: 'open', label: 'Open Flotilla', click: () => desk.show() },
    { type: 'separator' },
    ...fleetItems(offers, desk, notes),
    { type: 'separator' },
    { id: 'quit', label: 'Quit Flotilla', click: () => app.quit() },
  ]
}

function fleetItems(offers: FleetOffers, desk: Desk, notes: Notes): MenuItemConstructorOptions[] {
  const known = offers.now()
  if (known === null) return [{ id: 'waiting', label: "Flotilla's background part does not answer", enabled: false }]
  if (known.fleets.length === 0) return [{ id: 'none', label: 'No fleet yet', enabled: false }]
  const undo = (name: Name, step: HistoryStep) => {
    const body = [step.text, ...step.notes].join('. ')
    offers.undo(name, step).then(
      () => notes.tell({ title: `Done in ${name}`, body, fleet: name }),
      error => notes.tell({ title: `Nothing was undone in ${name}`, body: toFailure(error).message, fleet: name }),
    )
  }
  const items = known.fleets.flatMap(fleet => [
    { id: `show/${fleet.name}`, label: nameWords(fleet), click: () => desk.show(fleet.name) },
    undoItem(fleet, undo),
  ])
  const more = { id: 'more', label: `${known.more} more in the window`, click: () => desk.show() }
  return known.more > 0 ? [...items, more] : items
}

function nameWords({ name, live }: FleetOffer): string {
  return `${name}: ${live === null ? 'nothing live' : `${live} live`}`
}

/** Says what it would do, or why it cannot. */
function undoItem(
  { name, undo }: FleetOffer,
  run: (name: Name, step: HistoryStep) => void,
): MenuItemConstructorOptions {
  const label = `    ${(undo?.text ?? 'Undo').replaceAll('&', '&&')}`
  const item = { id: `undo/${name}`, label }
  return undo?.kind === 'step' ? { ...item, click: () => run(name, undo) } : { ...item, enabled: false }
}
