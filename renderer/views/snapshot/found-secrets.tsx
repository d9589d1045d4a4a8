import { Checkbox } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { FoundSecret } from '../../../shared/model/plan.ts'
import { Safe } from '../../components/safe.tsx'
import classes from './snapshot.module.css'
import type { Left } from './use-snapshot.ts'

interface Props {
  readonly secrets: readonly FoundSecret[]
  readonly leaveOut: Left
  readonly onLeaveOut: (leaveOut: Left) => void
}

/** Files that look like secrets, each with the choice to leave it out; nothing where there are none. */
export function FoundSecrets({ secrets, leaveOut, onLeaveOut }: Props) {
  if (secrets.length === 0) return null
  const isOut = ({ service, path }: FoundSecret) => leaveOut.some(one => one.service === service && one.path === path)
  const toggle = (secret: FoundSecret) => {
    const others = leaveOut.filter(one => one.service !== secret.service || one.path !== secret.path)
    // The name is the plan's own, checked again by the app.
    const service = secret.service as Left[number]['service']
    onLeaveOut(isOut(secret) ? others : [...others, { service, path: secret.path }])
  }
  return (
    <section aria-label="Secrets in written files">
      <h3 className={classes.heading}>
        <IconAlertTriangle size={14} role="img" aria-label="Warning" /> These files look like secrets. Leave out:
      </h3>
      <ul className={classes.secrets}>
        {secrets.map(secret => (
          <li key={`${secret.service}:${secret.path}`}>
            <Checkbox
              size="xs"
              checked={isOut(secret)}
              onChange={() => toggle(secret)}
              label={
                <>
                  <Safe text={secret.service} /> <Safe className="mono" text={secret.path} />
                </>
              }
              description={
                secret.inImage ? `${secret.kind}; the file of that name in the image below stays` : secret.kind
              }
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
