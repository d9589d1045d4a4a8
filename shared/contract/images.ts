/** Images of an endpoint, snapshots among them. */
export const imagesContract = {} as const
