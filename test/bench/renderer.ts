import { readdirSync, readFileSync } from 'node:fs'
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test'
import type { Scenario } from '../support/fake-app/scenarios.ts'
import { serveFakeApp } from '../support/renderer-server.ts'

/*
 * The cost of the interface in Chromium, in front of an app that lives in memory: npm run bench:renderer.
 * The page must be built before. Times in milliseconds.
 */

interface Frames {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly worst: number
  /** Frames that took longer than two at 60 Hz. */
  readonly late: number
}

/** Runs in the page: the time between frames while `act` goes on. */
async function frames(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const times: number[] = []
    let last = performance.now()
    const tick = (now: number) => {
      times.push(now - last)
      last = now
      Object.assign(window, { benchTimer: requestAnimationFrame(tick) })
    }
    Object.assign(window, { benchTimes: times, benchTimer: requestAnimationFrame(tick) })
  })
  await act()
  const times = await page.evaluate(() => {
    const held = window as unknown as { benchTimes: number[]; benchTimer: number }
    cancelAnimationFrame(held.benchTimer)
    return held.benchTimes.slice(2)
  })
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
  return {
    count: times.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(0.9999),
    late: times.filter(time => time > 34).length,
  }
}

async function wheel(page: Page, selector: string, steps: number, by: { x: number; y: number }): Promise<void> {
  const box = await page.locator(selector).first().boundingBox()
  if (box === null) throw new Error(`${selector} is not there`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(by.x, by.y)
    await page.waitForTimeout(16)
  }
}

async function open(browser: Browser, scenario: Scenario, ready: string) {
  const host = await serveFakeApp(scenario, 0)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto('about:blank')
  const start = performance.now()
  await page.goto(host.url, { waitUntil: 'commit' })
  await page.getByText(ready).first().waitFor()
  const usable = performance.now() - start
  await page.waitForTimeout(300)
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  )
  return { page, usable, paint, close: () => context.close().then(() => host.close()) }
}

/** From the click on the confirming button to the frame that shows the line moved. */
async function clickToLine(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Go live with v5' }).click()
  await page.evaluate(() => {
    const held = window as unknown as { benchLine: Promise<number> }
    held.benchLine = new Promise(done => {
      addEventListener(
        'click',
        event => {
          const line = document.querySelector('[data-testid="route-line"]')
          if (line === null) return
          const began = event.timeStamp
          new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - began))).observe(line, {
            attributeFilter: ['data-version'],
          })
        },
        { capture: true, once: true },
      )
    })
  })
  await page.getByRole('button', { name: 'Put v5 live' }).click()
  return page.evaluate(() => (window as unknown as { benchLine: Promise<number> }).benchLine)
}

async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(metric => metric.name === 'JSHeapUsedSize')?.value ?? 0) / 1e6
}

/** Proportional memory of the page's own process, in MB, where the system tells (Linux). */
function processMegabytes(browserStarted: ReadonlySet<string>): number {
  const sizes = processes()
    .filter(pid => !browserStarted.has(pid))
    .map(pid => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0
        return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000
      } catch {
        // The page ended meanwhile.
        return 0
      }
    })
  return Math.max(0, ...sizes)
}

function processes(): string[] {
  return process.platform === 'linux' ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : []
}

const before = new Set(processes())
const browser = await chromium.launch({
  executablePath: process.env.FLOTILLA_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const rows: Record<string, Frames> = {}
const facts: Record<string, string> = {}
try {
  await open(browser, 'many', 'fleet-01').then(one => one.close())
  const many = await open(browser, 'many', 'fleet-01')
  const session = await many.page.context().newCDPSession(many.page)
  await session.send('Performance.enable')
  facts['first paint, 40 fleets and 1,000 containers'] = `${many.paint.toFixed(0)} ms`
  facts['fleet shown and usable'] = `${many.usable.toFixed(0)} ms`
  rows['scroll the fleets'] = await frames(many.page, () => wheel(many.page, 'nav', 60, { x: 0, y: 90 }))
  rows['scroll the containers'] = await frames(many.page, () =>
    wheel(many.page, 'section[aria-label^="Containers of"]', 60, { x: 0, y: 90 }),
  )
  rows['filter the fleets'] = await frames(many.page, () =>
    many.page.getByRole('textbox', { name: 'Filter the fleets' }).pressSequentially('fleet-3', { delay: 60 }),
  )
  await many.page.getByRole('textbox', { name: 'Filter the fleets' }).clear()
  facts['click to moved line'] = `${(await clickToLine(many.page)).toFixed(0)} ms`
  rows['choose 8 fleets in turn'] = await frames(many.page, async () => {
    for (let count = 0; count < 8; count += 1) {
      await many.page.keyboard.press(']')
      await many.page.waitForTimeout(150)
    }
  })
  facts['JavaScript heap after that'] = `${(await heapMegabytes(session)).toFixed(1)} MB`
  facts["the page's process"] = `${processMegabytes(before).toFixed(0)} MB`
  await many.close()

  const long = await open(browser, 'long', '5000 operations')
  facts['first paint, 5,000 operations'] = `${long.paint.toFixed(0)} ms`
  facts['5,000 operations shown'] = `${long.usable.toFixed(0)} ms`
  rows['scroll the timeline of 5,000'] = await frames(long.page, () =>
    wheel(long.page, '[data-timeline]', 90, { x: -240, y: 0 }),
  )
  rows['zoom the timeline of 5,000'] = await frames(long.page, async () => {
    for (const name of [
      'Zoom the timeline out',
      'Zoom the timeline out',
      'Zoom the timeline in',
      'Zoom the timeline in',
    ]) {
      await long.page.getByRole('button', { name }).click()
      await long.page.waitForTimeout(120)
    }
  })
  await long.close()
} finally {
  await browser.close()
}
console.table(rows)
console.table(facts)
