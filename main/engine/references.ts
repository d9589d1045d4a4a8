import { fail } from '../../shared/failure.ts'

/** A container, network, volume or exec id or name, safe to stand in a path. */
export function pathName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name))
    fail('bad-input', `No engine has an object named ${JSON.stringify(name)}`)
  return name
}

/** An image's id or reference, safe to stand in a path. */
export function imagePath(reference: string): string {
  const safe = /^[A-Za-z0-9][A-Za-z0-9_.:@/-]*$/.test(reference) && !/\/\/|\.\.|\/$/.test(reference)
  if (!safe) fail('bad-input', `${JSON.stringify(reference)} is no image reference`)
  return reference
}

/** Name and tag. The engine would take a reference without a tag for every tag that there is. */
export function splitReference(reference: string): { readonly name: string; readonly tag: string } {
  imagePath(reference)
  const digest = reference.indexOf('@')
  if (digest > 0) return { name: reference.slice(0, digest), tag: reference.slice(digest + 1) }
  const colon = reference.lastIndexOf(':')
  if (colon > reference.lastIndexOf('/')) return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) }
  return { name: reference, tag: 'latest' }
}

/** With its registry and tag said: `docker.io/library/nginx:latest` for `nginx`. */
export function fullReference(reference: string): string {
  const { name, tag } = splitReference(reference)
  const said = `${name}${reference.includes('@') ? '@' : ':'}${tag}`
  if (hasRegistry(name)) return said
  return `docker.io/${name.includes('/') ? '' : 'library/'}${said}`
}

/** Whether the first part of a name is a registry. */
export function hasRegistry(name: string): boolean {
  const [first = '', ...rest] = name.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
}

/** `linux/amd64`, as images and engines are built for; empty where it is not told. */
export function platformOf(system: string, architecture: string): string {
  return system === '' || architecture === '' ? '' : `${system}/${architecture}`
}
