/** The Docker daemons that we can reach. */
export const endpointsContract = {} as const
