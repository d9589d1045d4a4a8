/**
 * How V8 is started in the proxy process, under Node or Electron. What the proxy allocates dies young: a small nursery (in
 * MB) keeps its pauses short, and what outgrew it is collected before the heap has grown by more than this percentage.
 */
export const PROXY_V8_FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=20'] as const
