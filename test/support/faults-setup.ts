import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { faultTable } from './fault-report.ts'

let path = ''

export function setup(project: TestProject): void {
  path = join(mkdtempSync(join(tmpdir(), 'flotilla-faults-')), 'counts')
  writeFileSync(path, '')
  project.provide('faultReport', path)
}

/** One table of all campaigns. */
export function teardown(): void {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  if (lines.length > 0) console.log(`\n${faultTable(lines.map(line => JSON.parse(line)))}\n`)
  rmSync(dirname(path), { recursive: true })
}
