import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'
import type { HostOptions } from './app.ts'

const results = fileURLToPath(new URL('../results', import.meta.url))
// Workers are processes of their own: they find the run's name where the first process left it.
process.env.FLOTILLA_TEST_RUN ??= new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19)

/** Every spec runs twice: in the Electron window, and in Chromium on the page of the browser host. Those about one host have a folder. */
export default defineConfig<HostOptions>({
  testDir: '.',
  outputDir: `${results}/e2e`,
  // One engine and two cores for all.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  // Chromium drops requests whenever an interface of the machine comes or goes, as with each container that starts
  // (ERR_NETWORK_CHANGED). What passes at the second attempt is reported as flaky.
  retries: 1,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? `${results}/e2e.json` }]],
  use: { trace: 'off', screenshot: 'off' },
  projects: [
    { name: 'electron', use: { host: 'electron' }, testIgnore: 'browser/**' },
    { name: 'browser', use: { host: 'browser' }, testIgnore: 'electron/**' },
  ],
})
