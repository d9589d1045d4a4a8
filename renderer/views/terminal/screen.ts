import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import type { Failure } from '../../../shared/failure.ts'
import { TERMINAL_WINDOW, type TerminalOutput } from '../../../shared/terminal.ts'
import { tellFailure } from '../../commands/tell.tsx'
import { call, follow } from '../../session.ts'
import { askLink, useTerminals } from '../../state/terminal.ts'
import { useTerminalTheme } from '../../state/terminal-theme.ts'
import { sizeWords } from '../../words/amounts.ts'
import { drawFast } from './draw-fast.ts'
import { onTheme, themeOf } from './themes.ts'
import { createTypist } from './typist.ts'

/** The screen of a terminal session. It lives as long as the session, shown or not. */
export interface Screen {
  /** Puts the screen into an element, and fits it to its size from then on. Returns its stop. */
  show(place: HTMLElement): () => void
  focus(): void
  find(text: string, direction: 'next' | 'previous'): void
  /** The text of the screen and its scrollback, line by line. */
  text(): string
  dispose(): void
}

const screens = new Map<string, Screen>()
/** Identifies this window as a reader across reconnections. */
const reader = crypto.randomUUID()

export function screenOf(id: string): Screen {
  const found = screens.get(id)
  if (found !== undefined) return found
  const screen = createScreen(id)
  screens.set(id, screen)
  return screen
}

/** Lets go of the screens of sessions that were closed. */
export function keepScreens(ids: readonly string[]): void {
  for (const [id, screen] of screens) {
    if (ids.includes(id)) continue
    screens.delete(id)
    screen.dispose()
  }
}

function createTerminal(): Terminal {
  const style = getComputedStyle(document.documentElement)
  return new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    fontFamily: style.getPropertyValue('--font-mono').trim(),
    fontSize: 12.5,
    lineHeight: 1.2,
    scrollback: 5000,
    minimumContrastRatio: 4.5,
    theme: themeOf(useTerminalTheme.getState().name),
    // Links of programs are not trusted: a person is asked, and sees where they lead.
    linkHandler: { activate: (_event, uri) => askLink(uri), allowNonHttpProtocols: false },
  })
}

function createScreen(id: string): Screen {
  const terminal = createTerminal()
  const holder = document.createElement('div')
  holder.style.height = '100%'
  const [fit, search, unicode] = [new FitAddon(), new SearchAddon(), new Unicode11Addon()]
  for (const addon of [fit, search, unicode]) terminal.loadAddon(addon)
  terminal.loadAddon(new WebLinksAddon((_event, uri) => askLink(uri)))
  terminal.unicode.activeVersion = '11'
  terminal.attachCustomKeyEventHandler(event => keepsKey(terminal, event))
  const stops = [
    connectScreen(id, terminal),
    onTheme(() => {
      terminal.options.theme = themeOf(useTerminalTheme.getState().name)
    }),
  ]
  return {
    show(place) {
      place.append(holder)
      if (terminal.element === undefined) terminal.open(holder)
      const resize = () => place.clientWidth > 0 && fit.fit()
      const observer = new ResizeObserver(resize)
      observer.observe(place)
      resize()
      const stopDrawing = drawFast(terminal)
      return () => {
        observer.disconnect()
        stopDrawing()
        holder.remove()
      }
    },
    focus: () => terminal.focus(),
    find(text, direction) {
      if (direction === 'next') search.findNext(text, searchLook)
      else search.findPrevious(text, searchLook)
    },
    text() {
      const { active } = terminal.buffer
      const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '')
      return lines.join('\n')
    },
    dispose() {
      for (const stop of stops) stop()
      terminal.dispose()
    },
  }
}

const searchLook = {
  decorations: { matchOverviewRuler: '#b97a10', activeMatchColorOverviewRuler: '#6f5ff0', matchBackground: '#845600' },
}

/** Ctrl+Shift+C copies, as in other terminals: Ctrl+C is the program's. */
function keepsKey(terminal: Terminal, event: KeyboardEvent): boolean {
  const isCopy = event.type === 'keydown' && event.ctrlKey && event.shiftKey && event.code === 'KeyC'
  if (!isCopy || !terminal.hasSelection()) return true
  event.preventDefault()
  void navigator.clipboard.writeText(terminal.getSelection())
  return false
}

/** Bytes to and fro. What was shown is told in steps, so that a flood waits in the container and not in this window. */
function connectScreen(id: string, terminal: Terminal): () => void {
  let told = 0
  let newest = 0
  let isReplayed = false
  /** Whether the next input comes from a key, and not from the terminal's own answer to a program. */
  let isKey = false
  // A connection that is lost, or a session that has ended, is said elsewhere.
  const quietly = (work: Promise<unknown>) => void work.catch(() => {})

  function shown(end: number): void {
    if (end - told < TERMINAL_WINDOW / 4 && end < newest) return
    told = end
    quietly(call('terminal.heard', { id, reader, end }))
  }

  function write({ reset, bytes, end }: TerminalOutput): void {
    newest = end
    if (reset) {
      terminal.reset()
      isReplayed = true
      told = 0
    }
    terminal.write(bytesOf(bytes), () => {
      if (reset) isReplayed = false
      shown(end)
    })
  }

  const typist = createTypist(bytes => call('terminal.write', { id, bytes: base64Of(bytes) }), refuse)

  /** The end of a session, and of its connection, is shown in its tab. */
  function refuse(failure: Failure, bytes: number): void {
    const session = useTerminals.getState().sessions?.find(one => one.id === id)
    if (session === undefined || session.ended !== null || failure.code === 'unreachable') return
    tellFailure(`${sizeWords(bytes)} were not typed into ${session.container}`, failure)
  }

  function type(bytes: Uint8Array): void {
    // A replay contains old queries of programs, which xterm answers again: those answers are dropped.
    if (!isReplayed || isKey) typist.type(bytes)
    isKey = false
  }

  const encoder = new TextEncoder()
  const stopFollowing = follow('terminal.output', { id, reader }, write)
  const listeners = [
    terminal.onKey(() => {
      isKey = true
    }),
    terminal.onData(text => type(encoder.encode(text))),
    terminal.onBinary(text => type(Uint8Array.from(text, mark => mark.charCodeAt(0)))),
    terminal.onResize(({ cols, rows }) => quietly(call('terminal.resize', { id, columns: cols, rows }))),
  ]
  return () => {
    stopFollowing()
    for (const listener of listeners) listener.dispose()
  }
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
