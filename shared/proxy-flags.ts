/**
 * How V8 is started in the proxy process, under Node or Electron. What the proxy allocates dies young: a small nursery
 * (in MB) keeps its pauses and its memory small.
 */
export const PROXY_V8_FLAGS = ['--max-semi-space-size=2'] as const
