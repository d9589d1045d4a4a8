import { UnstyledButton } from '@mantine/core'
import { openDialog } from '../../state/view.ts'
import states from '../states/states.module.css'
import { ways } from './ways.ts'

export function ChooseStep() {
  return (
    <div className={states.ways}>
      {ways.map(({ step, title, words, Icon }) => (
        <UnstyledButton key={step} className={states.way} onClick={() => openDialog({ kind: 'new-fleet', step })}>
          <Icon size={22} aria-hidden />
          <strong>{title}</strong>
          <span className="dim">{words}</span>
        </UnstyledButton>
      ))}
    </div>
  )
}
