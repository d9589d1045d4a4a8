import { create } from 'zustand'
import { isOneOf } from '../words/one-of.ts'

export const terminalThemes = ['app', 'midnight', 'paper', 'solarized-dark', 'solarized-light', 'contrast'] as const
export type TerminalThemeName = (typeof terminalThemes)[number]

export const terminalThemeWords: Readonly<Record<TerminalThemeName, string>> = {
  app: 'As the app',
  midnight: 'Midnight',
  paper: 'Paper',
  'solarized-dark': 'Solarized dark',
  'solarized-light': 'Solarized light',
  contrast: 'High contrast',
}

/** Where this window remembers its choice. */
const KEY = 'flotilla.terminal-theme'

export const useTerminalTheme = create<{ readonly name: TerminalThemeName }>()(() => ({ name: remembered() }))

export function chooseTerminalTheme(name: TerminalThemeName): void {
  localStorage.setItem(KEY, name)
  useTerminalTheme.setState({ name })
}

function remembered(): TerminalThemeName {
  const name = localStorage.getItem(KEY) ?? ''
  return isOneOf(terminalThemes, name) ? name : 'app'
}
