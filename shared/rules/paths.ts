/* Absolute paths in containers, as the engine tells them: with slashes, without a slash at the end. */

/** Whether a path is a folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** `/a/b` of `/a//b/`. Undefined for a relative path, the root, and a path with `..`, which a link may lead anywhere. */
export function cleanPath(path: string): string | undefined {
  const words = path.split('/').filter(word => word !== '' && word !== '.')
  return path.startsWith('/') && words.length > 0 && !words.includes('..') ? `/${words.join('/')}` : undefined
}
