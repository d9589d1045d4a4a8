/** A health check that passes, and soon. */
export const alwaysWell = { test: ['CMD', 'true'], intervalMs: 200, timeoutMs: 1000, startPeriodMs: 0, retries: 1 }
