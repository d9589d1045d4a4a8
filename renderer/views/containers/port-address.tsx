import { Button, CopyButton } from '@mantine/core'
import { useState } from 'react'
import type { ListedContainer, ListedPort, OpenPort } from '../../../shared/contract/containers.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { PortLink } from './columns.tsx'
import classes from './containers.module.css'

interface Props {
  readonly container: Placed<ListedContainer>
  readonly port: ListedPort
}

/** A port and its address on this machine. One that another machine publishes is opened here when it is asked for. */
export function PortAddress({ container, port }: Props) {
  const [opened, setOpened] = useState<OpenPort | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const shown = opened === null ? port : { ...port, hostPort: opened.port, href: opened.href }
  const isOpenable = shown.href === null && port.protocol === 'tcp' && port.hostPort !== null
  const open = () => {
    setFailure(null)
    const input = { endpoint: container.endpoint, container: container.id, port: port.port }
    call('container.openPort', input).then(setOpened, error => setFailure(toFailure(error)))
  }
  return (
    <>
      <span className={classes.portAddress}>
        <PortLink port={shown} />
        {isOpenable && container.state === 'running' ? (
          <Button size="compact-xs" aria-label={`Open port ${port.port} on this machine`} onClick={open}>
            Open here
          </Button>
        ) : null}
        {shown.href === null ? null : <CopyAddress address={shown.href} />}
      </span>
      {failure === null ? null : <Problem failure={failure} />}
    </>
  )
}

function CopyAddress({ address }: { readonly address: string }) {
  return (
    <CopyButton value={address}>
      {({ copied, copy }) => (
        <Button size="compact-xs" aria-label={`Copy ${address}`} onClick={copy}>
          {copied ? 'Copied' : 'Copy address'}
        </Button>
      )}
    </CopyButton>
  )
}
