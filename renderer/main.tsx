import * as z from 'zod'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { reconnectNow, startSession } from './session.ts'
import { startFeeds } from './state/feeds.ts'
import { isDenied, onFreshAddress, openPort } from './transport.ts'

// The page's policy allows no code from strings, which is how zod speeds itself up where it may.
z.config({ jitless: true })

startFeeds()
startSession({ openPort, isDenied })
onFreshAddress(reconnectNow)

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
