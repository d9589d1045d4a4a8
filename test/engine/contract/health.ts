import { rawCall } from '../../support/raw-engine.ts'

export const alwaysWell = { test: ['CMD', 'true'], intervalMs: 200, timeoutMs: 1000, startPeriodMs: 0, retries: 1 }

/** Podman leaves it to systemd to run health checks in time; without it somebody has to ask. Others do not know the question. */
export async function checkHealth(endpoint: string, id: string): Promise<void> {
  await rawCall(endpoint, 'GET', `/v4.0.0/libpod/containers/${id}/healthcheck`).catch(() => {})
}
