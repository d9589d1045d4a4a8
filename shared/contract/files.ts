/** Files of containers, images and volumes. */
export const filesContract = {} as const
