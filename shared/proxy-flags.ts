/**
 * How V8 is started in the proxy process, under Node or Electron: what a thousand requests in flight hold fits in the
 * nursery (MB), where it dies cheaply, and what outgrew it is collected before it has grown by more than this percentage.
 */
export const PROXY_V8_FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=20'] as const
