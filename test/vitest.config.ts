import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Long enough for a process or two to start on a machine that has other work. */
const UNIT_MS = 30_000
/** Stories about what belongs to a person and must be there afterwards: a real engine has to say so as well. */
const PROMISES = ['anonymous-volumes', 'fleet', 'import-existing', 'set-networks', 'snapshot-secrets', 'trash'].map(
  name => `test/stories/${name}.test.ts`,
)
const WINDOW = 'test/unit/renderer/**/*.test.{ts,tsx}'

export default defineConfig({
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [WINDOW],
          // Every file cleans up behind itself: a fresh worker for each would take longer than most of them.
          isolate: false,
          testTimeout: UNIT_MS,
          hookTimeout: UNIT_MS,
        },
      },
      // The state of a window is one for all that look at it: each of these files gets its own.
      { root, test: { name: 'unit-window', include: [WINDOW], testTimeout: UNIT_MS, hookTimeout: UNIT_MS } },
      // Fleets on a daemon in memory: what does not need a real engine.
      {
        root,
        test: {
          name: 'unit-stories',
          include: ['test/stories/**/*.test.ts'],
          globalSetup: ['test/support/memory-setup.ts'],
          maxWorkers: 2,
          // Like a group of its own: groups may not differ in their workers.
          sequence: { groupOrder: 2 },
          testTimeout: UNIT_MS,
          hookTimeout: UNIT_MS,
        },
      },
      {
        root,
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts', ...PROMISES],
          globalSetup: ['test/support/engine-setup.ts'],
          // Each with an engine of its own: while one waits for its engine, the other computes.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.faults.ts'],
          globalSetup: ['test/support/engine-setup.ts', 'test/support/faults-setup.ts'],
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
