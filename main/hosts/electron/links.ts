import { Name } from '../../../shared/model/ids.ts'

export const LINK_SCHEME = 'flotilla'

const FLEET_LINK = /^flotilla:\/\/fleet\/([a-z0-9-]{1,40})\/?$/

/**
 * The fleet that a link names, or undefined. `flotilla://fleet/NAME` is all there is: any page can make a person follow a
 * link, so it can show a thing and never do one.
 */
export function fleetOfLink(text: string): Name | undefined {
  const name = Name.safeParse(FLEET_LINK.exec(text)?.[1])
  return name.success ? name.data : undefined
}

/** The same of a command line, where the system puts the link that we are started for. Chromium may reorder the rest. */
export function fleetOfArguments(args: readonly string[]): Name | undefined {
  const link = args.find(arg => fleetOfLink(arg) !== undefined)
  return link === undefined ? undefined : fleetOfLink(link)
}
