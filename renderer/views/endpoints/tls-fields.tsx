import { Checkbox, TextInput } from '@mantine/core'
import type { TlsPaths } from '../../../shared/endpoints.ts'
import type { EndpointSaid } from '../../state/view.ts'
import classes from './endpoints.module.css'

const none: TlsPaths = { ca: null, cert: null, key: null }

const fields = [
  { file: 'ca', label: 'Authority', words: 'Who signed the server’s certificate; the system’s own if empty' },
  { file: 'cert', label: 'Your certificate', words: 'What you show the server' },
  { file: 'key', label: 'Its key', words: 'Only its path is kept' },
] as const

interface Props {
  readonly said: EndpointSaid
  readonly onChange: (part: Partial<EndpointSaid>) => void
}

/** The files of a protected connection, by their paths on this machine. */
export function TlsFields({ said, onChange }: Props) {
  const tls = said.tls ?? null
  return (
    <div className={classes.files}>
      <Checkbox
        label="TLS"
        checked={tls !== null}
        onChange={event => onChange({ tls: event.currentTarget.checked ? none : null })}
      />
      {tls === null
        ? null
        : fields.map(({ file, label, words }) => (
            <TextInput
              key={file}
              label={label}
              description={words}
              placeholder={`/home/you/.docker/${file}.pem`}
              classNames={{ input: 'mono' }}
              value={tls[file] ?? ''}
              onChange={event => onChange({ tls: { ...tls, [file]: event.currentTarget.value || null } })}
            />
          ))}
      <TextInput
        label="Published ports are reached at"
        description="A host name or address of that machine, where new versions are then open to everyone who reaches it. Empty: no route goes there"
        value={said.publishedHost ?? ''}
        onChange={event => onChange({ publishedHost: event.currentTarget.value || null })}
      />
    </div>
  )
}
