import * as z from 'zod'
import { UpgradePolicy } from '../table.ts'
import { FleetId, Name, PortNumber, RouteId, SetId } from './ids.ts'

/** Hostname and port to a service of a set; `setId` is the only thing that ever moves. */
export const Route = z.strictObject({
  id: RouteId,
  fleetId: FleetId,
  hostname: z
    .string()
    .regex(
      /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
      'a hostname has lower-case letters, digits, dashes and dots',
    ),
  port: PortNumber,
  service: Name,
  servicePort: PortNumber,
  setId: SetId.nullable(),
  upgrade: UpgradePolicy,
  drainMs: z.int().min(0),
})
export type Route = z.infer<typeof Route>
