import type { RunConfig } from '../../shared/model/run-config.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'

/** A run configuration that says nothing, with what a test wants said. */
export function runConfig(said: Partial<RunConfig> = {}): RunConfig {
  return { ...structuredClone(plainRun), ...said }
}
