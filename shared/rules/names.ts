import * as z from 'zod'
import { Name, Version } from '../model/ids.ts'

/*
 * Names of what we make in an engine, and the way back. Names are for people; the way back that is safe is by label,
 * and labels are claims: they are parsed like anything that comes from outside.
 */

/** Labels on everything that we make. */
export const LABEL = {
  fleet: 'flotilla.fleet',
  number: 'flotilla.number',
  service: 'flotilla.service',
  operation: 'flotilla.operation',
  role: 'flotilla.role',
  set: 'flotilla.set',
  replica: 'flotilla.replica',
  /** The folders that a sealed container can write, as JSON; empty where it is not sealed. */
  sealed: 'flotilla.sealed',
  /** The id of the home that made it: other homes may use the same engine. */
  home: 'flotilla.home',
  /** The snapshot's manifest as JSON, on its manifest image. */
  manifest: 'flotilla.manifest',
} as const

/** Prefix of all our labels. */
export const LABEL_PREFIX = 'flotilla.'

/** Compose claims every container that bears these, so a copy must not. */
export const COMPOSE_LABEL_PREFIX = 'com.docker.compose.'

export const Role = z.enum(['set', 'data', 'snapshot', 'manifest', 'sample', 'compare'])
export type Role = z.infer<typeof Role>

/** The content of our labels. Parts that do not apply to the role are null. */
const Mark = z.strictObject({
  role: Role,
  fleet: Name,
  operation: z.string().regex(/^[\w.-]{1,128}$/),
  home: z.string().regex(/^[\w.-]{0,128}$/),
  number: z.int().min(1).nullable(),
  service: Name.nullable(),
  set: z.string().min(1).max(200).nullable(),
  replica: z.int().min(1).nullable(),
})
export type Mark = z.infer<typeof Mark>

/** The labels that say it, sorted by name. */
export function labelsOf(mark: Mark): [string, string][] {
  const parts: [string, string | number | null][] = [
    [LABEL.fleet, mark.fleet],
    [LABEL.home, mark.home],
    [LABEL.number, mark.number],
    [LABEL.operation, mark.operation],
    [LABEL.replica, mark.replica],
    [LABEL.role, mark.role],
    [LABEL.service, mark.service],
    [LABEL.set, mark.set],
  ]
  return parts.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))
}

/** Reads our labels; null where they are not ours or make no sense. */
export function markOf(labels: ReadonlyMap<string, string>): Mark | null {
  const text = (name: string) => labels.get(name) || null
  const count = (name: string) => (labels.get(name) ? Number(labels.get(name)) : null)
  const mark = Mark.safeParse({
    role: text(LABEL.role),
    fleet: text(LABEL.fleet),
    operation: text(LABEL.operation),
    home: labels.get(LABEL.home) ?? '',
    number: count(LABEL.number),
    service: text(LABEL.service),
    set: text(LABEL.set),
    replica: count(LABEL.replica),
  })
  return mark.success ? mark.data : null
}

/**
 * Whether a container of a set is the one that its labels were written for. Images hand labels on to containers that other
 * people make from them, names they do not.
 */
export function bearsOwnName(labels: ReadonlyMap<string, string>, name: string): boolean {
  const mark = markOf(labels)
  if (mark === null || mark.number === null || mark.service === null || mark.replica === null) return false
  const { fleet, number, service, replica, operation } = mark
  const given = containerName({ fleet, number, service, replica })
  return name === given || name === copyName(given, operation)
}

/** `v7` */
export function versionOf(number: number): Version {
  return Version.parse(`v${number}`)
}

/** 7, of `v7`. */
export function numberOf(version: Version): number {
  return Number(version.slice(1))
}

/** `shop-1-web-2`: the second web container of version 1. */
export function containerName(at: { fleet: string; number: number; service: string; replica: number }): string {
  return `${at.fleet}-${at.number}-${at.service}-${at.replica}`
}

/** `shop-1-web-2-ab12cd`: a clean copy of a container until it takes that one's place and name. */
export function copyName(container: string, operation: string): string {
  return `${container}-${operation.slice(0, 6)}`
}

/** The container that an image's files are read from; it never runs. */
export function readerName(operation: string): string {
  return `flotilla-compare-${operation}`
}

/** The way back from a container's name, which is only certain once the fleet is known: names may hold dashes and digits. */
export function parseContainerName(
  fleet: string,
  name: string,
): { number: number; service: Name; replica: number } | null {
  if (!name.startsWith(`${fleet}-`)) return null
  const match = /^([1-9]\d*)-(.+)-([1-9]\d*)$/.exec(name.slice(fleet.length + 1))
  const service = Name.safeParse(match?.[2])
  return match && service.success
    ? { number: Number(match[1]), service: service.data, replica: Number(match[3]) }
    : null
}

/** `shop-1`: the network of version 1. */
export function networkName(fleet: string, number: number): string {
  return `${fleet}-${number}`
}

/** `shop-db`: the container of a data service, which belongs to no version. */
export function dataContainerName(fleet: string, service: string): string {
  return `${fleet}-${service}`
}

/** `shop_data`: a named volume of a Compose file, as Compose itself would name it. */
export function volumeName(fleet: string, volume: string): string {
  return `${fleet}_${volume}`
}

/**
 * `flotilla/shop/web:v2-ab12cd34`: the one tag of a service's image in a snapshot. A tag that is given twice orphans the
 * first image, so it ends in the operation's first characters; operations are random hex or UUIDs.
 */
export function imageTag(at: { fleet: string; service: string; number: number; operation: string }): string {
  return `flotilla/${at.fleet}/${at.service}:v${at.number}-${shortOperation(at.operation)}`
}

/** `flotilla/shop:v2-ab12cd34`: the image that carries a snapshot's manifest. */
export function manifestTag(at: { fleet: string; number: number; operation: string }): string {
  return `flotilla/${at.fleet}:v${at.number}-${shortOperation(at.operation)}`
}

/** The way back from both kinds of tag; `service` is null for a manifest. Podman puts `localhost/` before them. */
export function parseImageTag(
  tag: string,
): { fleet: Name; service: Name | null; number: number; operation: string } | null {
  const match = /^(?:localhost\/)?flotilla\/([^/:]+)(?:\/([^/:]+))?:v([1-9]\d*)-([a-z0-9]{1,8})$/.exec(tag)
  const fleet = Name.safeParse(match?.[1])
  const service = Name.nullable().safeParse(match?.[2] ?? null)
  if (match === null || !fleet.success || !service.success) return null
  return { fleet: fleet.data, service: service.data, number: Number(match[3]), operation: match[4] ?? '' }
}

/** The operation's first 8 letters and digits. */
export function shortOperation(operation: string): string {
  return (
    operation
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 8) || '0'
  )
}

/** `v7.shop.localhost`: where version 7 answers, live or not. */
export function previewHostname(number: number, hostname: string): string {
  return `v${number}.${hostname}`
}

export function parsePreviewHostname(preview: string): { number: number; hostname: string } | null {
  const match = /^v([1-9]\d*)\.(.+)$/.exec(preview)
  return match ? { number: Number(match[1]), hostname: match[2] ?? '' } : null
}

interface Listen {
  readonly hostname: string
  readonly port: number
}

/** The route that a new one would share a preview address with: its own, or one among the new one's previews. */
export function previewClash<T extends Listen>(
  route: Listen,
  others: Iterable<T>,
): { readonly other: T; readonly preview: string } | undefined {
  for (const other of others) {
    if (other.port !== route.port) continue
    for (const [preview, owner] of [
      [route.hostname, other.hostname],
      [other.hostname, route.hostname],
    ] as const)
      if (parsePreviewHostname(preview)?.hostname === owner) return { other, preview }
  }
  return undefined
}

/**
 * JSON with sorted keys and no spaces: the same value is the same text. For plain data; what JSON leaves out
 * (undefined) is left out.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null'
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  // Object.fromEntries defines properties: `__proto__` stays a key like any other.
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
