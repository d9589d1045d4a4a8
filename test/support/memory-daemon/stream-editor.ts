/** The part of `sed` that tests use: substitutions, and the deletion of lines that a pattern finds. */
export const edit = {
  said(args: readonly string[]): { scripts: readonly string[]; paths: readonly string[] } {
    const scripts: string[] = []
    const paths: string[] = []
    for (let at = 0; at < args.length; at += 1) {
      if (args[at] === '-e') scripts.push(args[++at] ?? '')
      else if (!/^-\w/.test(args[at] ?? '')) paths.push(args[at] ?? '')
    }
    return scripts.length > 0 ? { scripts, paths } : { scripts: paths.slice(0, 1), paths: paths.slice(1) }
  },
  lines(text: string, scripts: readonly string[]): string {
    return text
      .split(/(?<=\n)/)
      .map(line => scripts.reduce(edited, line))
      .join('')
  },
}

function edited(line: string, script: string): string {
  const [, gone] = /^\/(.*)\/d$/.exec(script) ?? []
  if (gone !== undefined) return pattern(gone, '').test(line) ? '' : line
  const [, from = '', to = '', flags = ''] =
    script.slice(2).length > 0 ? ['', ...script.slice(2).split(script[1] ?? '/')] : []
  const [text = '', end = ''] = line.endsWith('\n') ? [line.slice(0, -1), '\n'] : [line]
  const replaced = text.replace(pattern(from, flags.includes('g') ? 'g' : ''), (...found) =>
    to.replace(/\\(\d)|\\(.)|&/g, (part, group, char) =>
      group !== undefined ? String(found[Number(group)] ?? '') : part === '&' ? String(found[0]) : char,
    ),
  )
  return replaced + end
}

/** A basic regular expression: what is a sign in JavaScript is a letter there, unless a backslash stands before it. */
function pattern(basic: string, flags: string): RegExp {
  const source = basic.replace(/\\([(){}+?|])|([(){}+?|])/g, (_, sign, letter) => sign ?? `\\${letter}`)
  return new RegExp(source, flags)
}
