/** A configuration as the API writes it: of an image, or of a container. */
export interface Config {
  Hostname?: string
  User?: string
  Env?: readonly string[] | null
  Cmd?: readonly string[] | null
  Entrypoint?: readonly string[] | null
  WorkingDir?: string
  Labels?: Readonly<Record<string, string>> | null
  ExposedPorts?: Readonly<Record<string, object>> | null
  Volumes?: Readonly<Record<string, object>> | null
  Healthcheck?: {
    Test?: readonly string[]
    Interval?: number
    Timeout?: number
    StartPeriod?: number
    Retries?: number
  } | null
  Image?: string
  Tty?: boolean
  OpenStdin?: boolean
  StopSignal?: string
  StopTimeout?: number | null
}

/** A configuration, with its gaps filled from another one: a container's from its image, an image's from its container. */
export function merged(said: Config, below: Config): Config {
  const names = new Set((said.Env ?? []).map(nameOf))
  const takesCommand = !said.Cmd?.length && !said.Entrypoint?.length
  return {
    ...said,
    User: said.User || (below.User ?? ''),
    WorkingDir: said.WorkingDir || (below.WorkingDir ?? ''),
    Env: [...(said.Env ?? []), ...(below.Env ?? []).filter(line => !names.has(nameOf(line)))],
    Labels: { ...below.Labels, ...said.Labels },
    ExposedPorts: { ...below.ExposedPorts, ...said.ExposedPorts },
    Volumes: { ...below.Volumes, ...said.Volumes },
    Cmd: takesCommand ? (below.Cmd ?? null) : (said.Cmd ?? null),
    Entrypoint: said.Entrypoint?.length ? said.Entrypoint : (below.Entrypoint ?? null),
    Healthcheck: said.Healthcheck ?? below.Healthcheck ?? null,
    ...((said.StopSignal || below.StopSignal) && { StopSignal: said.StopSignal || below.StopSignal || '' }),
  }
}

function nameOf(line: string): string {
  return line.split('=', 1)[0] ?? ''
}

/** The configuration that lines of a Dockerfile make, beginning with none. */
export function changed(lines: readonly string[]): Config {
  const config: Config = {}
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? []
    const list = () => (rest.startsWith('[') ? (JSON.parse(rest) as string[]) : ['/bin/sh', '-c', rest])
    const pair = (): [string, string] => [
      rest.slice(0, rest.indexOf('=')),
      rest.slice(rest.indexOf('=') + 1).replace(/^"(.*)"$/s, '$1'),
    ]
    if (word === 'CMD') config.Cmd = list()
    else if (word === 'ENTRYPOINT') config.Entrypoint = list()
    else if (word === 'ENV') config.Env = [...(config.Env ?? []), pair().join('=')]
    else if (word === 'LABEL') config.Labels = { ...config.Labels, ...Object.fromEntries([pair()]) }
    else if (word === 'EXPOSE')
      config.ExposedPorts = { ...config.ExposedPorts, [rest.includes('/') ? rest : `${rest}/tcp`]: {} }
    else if (word === 'VOLUME') config.Volumes = { ...config.Volumes, [rest]: {} }
    else if (word === 'USER') config.User = rest
    else if (word === 'WORKDIR') config.WorkingDir = rest
    else if (word === 'STOPSIGNAL') config.StopSignal = rest
    else if (word === 'HEALTHCHECK') config.Healthcheck = { Test: ['CMD-SHELL', rest.replace(/^CMD\s+/, '')] }
  }
  return config
}
