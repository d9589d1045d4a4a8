import * as z from 'zod'
import { ContainerSummary } from '../model.ts'
import { AtEndpoint, method } from './method.ts'

/** Containers of an endpoint, whoever made them. */
export const containersContract = {
  'container.list': method(AtEndpoint, z.array(ContainerSummary)),
} as const
