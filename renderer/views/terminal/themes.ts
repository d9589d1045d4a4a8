import type { ITheme } from '@xterm/xterm'
import { assertNever } from '../../../shared/failure.ts'
import { type TerminalThemeName, useTerminalTheme } from '../../state/terminal-theme.ts'

const dark: ITheme = {
  black: '#3b4552',
  red: '#ff918b',
  green: '#46d6a6',
  yellow: '#f4c04a',
  blue: '#86b7ff',
  magenta: '#c9a3ff',
  cyan: '#63d3e6',
  white: '#c4cbd6',
  brightBlack: '#8691a0',
  brightRed: '#ffb3ae',
  brightGreen: '#7ce8c2',
  brightYellow: '#ffd987',
  brightBlue: '#b0d0ff',
  brightMagenta: '#dcc4ff',
  brightCyan: '#9ce6f2',
  brightWhite: '#ffffff',
}

const light: ITheme = {
  black: '#12161c',
  red: '#b3211c',
  green: '#08704c',
  yellow: '#845600',
  blue: '#1d58bf',
  magenta: '#7b2fb5',
  cyan: '#0b6678',
  white: '#525d6c',
  brightBlack: '#636e7d',
  brightRed: '#d93a34',
  brightGreen: '#0f7d57',
  brightYellow: '#8f6300',
  brightBlue: '#2f6fe4',
  brightMagenta: '#9440d0',
  brightCyan: '#0f7f95',
  brightWhite: '#12161c',
}

const solarized: ITheme = {
  black: '#073642',
  red: '#dc322f',
  green: '#859900',
  yellow: '#b58900',
  blue: '#268bd2',
  magenta: '#d33682',
  cyan: '#2aa198',
  white: '#eee8d5',
  brightBlack: '#586e75',
  brightRed: '#cb4b16',
  brightGreen: '#859900',
  brightYellow: '#b58900',
  brightBlue: '#839496',
  brightMagenta: '#6c71c4',
  brightCyan: '#93a1a1',
  brightWhite: '#fdf6e3',
}

const contrast: ITheme = {
  ...dark,
  red: '#ff6b6b',
  green: '#5cff9d',
  yellow: '#ffe14d',
  blue: '#8cc2ff',
  magenta: '#ff9dff',
  cyan: '#6ff3ff',
  white: '#ffffff',
}

interface Surface {
  readonly background: string
  readonly foreground: string
  readonly cursor: string
  readonly selection: string
}

function on({ background, foreground, cursor, selection }: Surface, colours: ITheme): ITheme {
  return { ...colours, background, foreground, cursor, cursorAccent: background, selectionBackground: selection }
}

/** The colours of a theme by its name, as they are now: the app's own follow light and dark. */
export function themeOf(name: TerminalThemeName): ITheme {
  switch (name) {
    case 'app':
      return appTheme()
    case 'midnight':
      return on({ background: '#0b1021', foreground: '#d7def5', cursor: '#9db1ff', selection: '#3a4a8a88' }, dark)
    case 'paper':
      return on({ background: '#fbf8f1', foreground: '#27241d', cursor: '#5b4be0', selection: '#5b4be033' }, light)
    case 'solarized-dark':
      return on({ background: '#002b36', foreground: '#93a1a1', cursor: '#eee8d5', selection: '#586e7588' }, solarized)
    case 'solarized-light':
      return on({ background: '#fdf6e3', foreground: '#586e75', cursor: '#073642', selection: '#93a1a155' }, solarized)
    case 'contrast':
      return on({ background: '#000000', foreground: '#ffffff', cursor: '#ffff00', selection: '#ffffff66' }, contrast)
    default:
      return assertNever(name)
  }
}

/** The app's own surfaces, with colours that can be read on them. */
function appTheme(): ITheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const isLight = document.documentElement.dataset.mantineColorScheme === 'light'
  return {
    ...(isLight ? light : dark),
    background: token('--well'),
    foreground: token('--text'),
    cursor: token('--accent-text'),
    cursorAccent: token('--well'),
    selectionBackground: isLight ? '#5b4be044' : '#6f5ff077',
    scrollbarSliderBackground: token('--border-strong'),
  }
}

/** Hears each change of the theme: another was chosen, or the app went from light to dark. */
export function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  const stop = useTerminalTheme.subscribe(listener)
  return () => {
    observer.disconnect()
    stop()
  }
}
