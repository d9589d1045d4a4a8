import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const accent: MantineColorsTuple = [
  '#f0eeff',
  '#dcd7fe',
  '#bdb4fc',
  '#a99eff',
  '#8b7df8',
  '#6f5ff0',
  '#5b4be0',
  '#4d3dd2',
  '#4132b4',
  '#332790',
]

/** The component library's own dark greys, in our hue. */
const dark: MantineColorsTuple = [
  '#e9ecf1',
  '#c4cbd6',
  '#a0a9b7',
  '#8691a0',
  '#3b4552',
  '#282f39',
  '#1b2029',
  '#151920',
  '#0d1014',
  '#0a0c10',
]

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, dark },
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.5 },
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // A landmark of its own, so that whoever walks by landmarks finds what floats.
    Portal: { defaultProps: { target: '#floats' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320, fz: 'xs' } },
    Notification: { styles: { description: { color: 'var(--dim)' } } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
  },
})

const surfaces = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--border)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-error': 'var(--bad-text)',
  '--mantine-color-disabled': 'var(--raised)',
  '--mantine-color-disabled-color': 'var(--faint)',
  '--mantine-color-disabled-border': 'var(--border)',
}

/** The component library draws on our surfaces, in both themes. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces })
