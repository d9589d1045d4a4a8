/**
 * Whether a command, as an engine's event tells it, is what the engine itself runs to check a container's health. Its
 * events look like anyone's: nothing but the command tells them apart.
 */
export function isHealthcheckRun(test: readonly string[], command: string): boolean {
  const [kind, ...words] = test
  if (kind === 'CMD') return command === words.join(' ')
  if (kind !== 'CMD-SHELL') return false
  const line = words.join(' ')
  return command.endsWith(` ${line}`) && isShell(command.slice(0, -line.length - 1))
}

/** `/bin/sh -c`, or the shell that the image names: `/bin/bash -o pipefail -c`. */
function isShell(words: string): boolean {
  return /^(?:\/[\w./-]*\/)?(?:ba|da|a|z|k)?sh(?: -[\w-]+| pipefail)* -[a-z]*c$/.test(words)
}
