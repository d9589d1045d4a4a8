/**
 * How long after a hint it is looked again, and how long after a look when nothing hints. While much happens, looks are
 * kept apart by some times what the last one took. Milliseconds.
 */
const pace = { settleMs: 500, perLook: 10, everyMs: 60_000 }

/** Runs work now, a while after each hint, and now and then; never twice at a time. */
export function repeat(work: () => Promise<void>, failed: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let isHinted = false
  let isStopped = false
  const wait = (ms: number) => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(run, ms)
  }
  async function run(): Promise<void> {
    isRunning = true
    isHinted = false
    const startedAt = performance.now()
    await work().catch(failed)
    const tookMs = performance.now() - startedAt
    isRunning = false
    wait(isHinted ? Math.max(pace.settleMs, tookMs * pace.perLook) : pace.everyMs)
  }
  void run()
  return {
    soon() {
      if (!isRunning && !isHinted) wait(pace.settleMs)
      isHinted = true
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
