/** Whether an error is the system's failure of that name, such as ECONNREFUSED. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
