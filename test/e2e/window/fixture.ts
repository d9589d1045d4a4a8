import { test as base, type Page } from '@playwright/test'
import type { Scenario } from '../../support/fake-app/scenarios.ts'
import { type FakeHost, serveFakeApp } from '../../support/renderer-server.ts'

interface Window {
  /** Opens the page on a world of that name. `stepMs` is the pace of long work. */
  open(scenario: Scenario, stepMs?: number): Promise<FakeHost>
}

/** A window of its own for each test. What the page says to its console as an error fails the test. */
export const test = base.extend<{ window: Window }>({
  window: async ({ page }, use) => {
    const hosts: FakeHost[] = []
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().includes('WebSocket')) errors.push(message.text())
    })
    await use({
      async open(scenario, stepMs = 1) {
        const host = await serveFakeApp(scenario, stepMs)
        hosts.push(host)
        await page.goto(host.url)
        return host
      },
    })
    await page.close()
    for (const host of hosts) await host.close()
    base.expect(errors).toEqual([])
  },
})

export const { expect } = base

/** The version that the line from the route leads to. */
export function lineTo(page: Page) {
  return page.getByTestId('route-line')
}
