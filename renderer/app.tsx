import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { resolveVariables, theme } from './theme.ts'
import { Shell } from './views/shell/shell.tsx'

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <Shell />
      <Notifications position="bottom-right" limit={4} />
    </MantineProvider>
  )
}
