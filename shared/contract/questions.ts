/** What only a person can tell while the app is at work. */
export const questionsContract = {} as const
