/** Volumes and networks of an endpoint. */
export const volumesContract = {} as const
