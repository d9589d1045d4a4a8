/** What containers use, and what the engine keeps. */
export const statsContract = {} as const
