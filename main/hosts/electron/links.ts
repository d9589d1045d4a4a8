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

/** Pages of this machine, such as those of a fleet: they are opened unasked. */
const OWN_HOST = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/

/** The question before a link opens in the system's browser; null where the link leads to this machine. */
export function questionOfLink(url: string): { readonly message: string; readonly detail: string } | null {
  // As the browser reads it: a host of other scripts is shown in its ASCII form, so that none looks like another.
  const { hostname } = new URL(url)
  if (OWN_HOST.test(hostname)) return null
  return { message: `Open ${hostname} in your browser?`, detail: url.length > 300 ? `${url.slice(0, 300)}…` : url }
}
