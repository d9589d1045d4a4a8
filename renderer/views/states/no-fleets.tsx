import { UnstyledButton } from '@mantine/core'
import { IconSailboat } from '@tabler/icons-react'
import { openDialog } from '../../state/view.ts'
import { ways } from '../new-fleet/ways.ts'
import classes from './states.module.css'

export function NoFleets() {
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <IconSailboat className={classes.picture} size={48} stroke={1.25} aria-hidden />
        <h1 className={classes.title}>No fleet yet</h1>
        <p className="dim">
          A fleet is a set of containers that you keep in numbered versions: put one live, look at it, and go back with
          one key. How do you want to begin?
        </p>
        <div className={classes.ways}>
          {ways.map(({ step, title, words, Icon }) => (
            <UnstyledButton
              key={step}
              className={classes.way}
              data-first={step === 'sample' || undefined}
              onClick={() => openDialog({ kind: 'new-fleet', step })}
            >
              <Icon size={22} aria-hidden />
              <strong>{title}</strong>
              <span className="dim">{words}</span>
            </UnstyledButton>
          ))}
        </div>
      </div>
    </div>
  )
}
