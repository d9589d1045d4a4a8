import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'

/** The window alone, in Chromium, in front of an app that lives in memory: no engine, no proxy. The page must be built. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.window.ts',
  outputDir: fileURLToPath(new URL('../../results/window', import.meta.url)),
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  reporter: [['list']],
  use: {
    trace: 'off',
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.FLOTILLA_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
})
