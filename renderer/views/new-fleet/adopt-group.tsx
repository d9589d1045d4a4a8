import { Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { Safe } from '../../components/safe.tsx'
import type { Group, Guess } from './guess.ts'
import { nameOf } from './guess.ts'
import classes from './new-fleet.module.css'

interface Props {
  readonly group: Group
  readonly picked: ReadonlyMap<string, Guess>
  readonly onChange: (guesses: readonly Guess[], isIn: boolean) => void
}

/** The containers of one Compose project, with what each is taken for and why. */
export function AdoptGroup({ group, picked, onChange }: Props) {
  const title = group.project ?? 'Without a Compose project'
  const count = group.guesses.filter(guess => picked.has(guess.container.id)).length
  return (
    <fieldset className={classes.group}>
      <legend>
        <Checkbox
          label={<Safe text={title} />}
          checked={count === group.guesses.length}
          indeterminate={count > 0 && count < group.guesses.length}
          onChange={event => onChange(group.guesses, event.currentTarget.checked)}
        />
      </legend>
      {group.guesses.map(guess => (
        <AdoptRow
          key={guess.container.id}
          guess={picked.get(guess.container.id) ?? guess}
          isIn={picked.has(guess.container.id)}
          onChange={onChange}
        />
      ))}
    </fieldset>
  )
}

interface RowProps {
  readonly guess: Guess
  readonly isIn: boolean
  readonly onChange: Props['onChange']
}

function AdoptRow({ guess, isIn, onChange }: RowProps) {
  const { container, role, service, reason } = guess
  return (
    <div className={classes.row}>
      <Checkbox
        checked={isIn}
        onChange={event => onChange([guess], event.currentTarget.checked)}
        aria-label={`Adopt ${container.name}`}
      />
      <div className={classes.words}>
        <Safe className={`clip ${classes.name}`} text={container.name} />
        <Safe className="mono dim clip" text={container.image} />
      </div>
      {isIn ? (
        <>
          <TextInput
            className={classes.service}
            aria-label={`Service of ${container.name}`}
            value={service}
            onChange={event => onChange([{ ...guess, service: nameOf(event.currentTarget.value) }], true)}
          />
          <SegmentedControl
            size="xs"
            aria-label={`Role of ${container.name}`}
            value={role}
            onChange={value =>
              onChange([{ ...guess, role: value === 'data' ? 'data' : 'service', reason: 'You chose so' }], true)
            }
            data={[
              { value: 'service', label: 'Service' },
              { value: 'data', label: 'Data service' },
            ]}
          />
          <p className={classes.reason}>
            {role === 'data' ? 'Attached, never copied or switched.' : 'Part of every version.'} <Safe text={reason} />.
          </p>
        </>
      ) : null}
    </div>
  )
}
