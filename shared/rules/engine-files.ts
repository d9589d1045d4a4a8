/**
 * Files that an engine itself puts into every container, or lays over what an image holds there. Where `/sbin` is a link
 * to `/usr/sbin`, Docker's init process is found in the latter.
 */
export const engineFiles: readonly string[] = [
  '/sbin/docker-init',
  '/usr/sbin/docker-init',
  '/dev/init',
  '/run/podman-init',
  '/.dockerenv',
  '/run/.containerenv',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
]
