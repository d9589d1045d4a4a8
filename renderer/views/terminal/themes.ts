import type { ITheme } from '@xterm/xterm'

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

/** The app's own surfaces, with colours that can be read on them. */
export function themeNow(): ITheme {
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

/** Hears each change between light and dark. */
export function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return () => observer.disconnect()
}
