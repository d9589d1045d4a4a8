import { Modal } from '@mantine/core'
import { commandsOf } from '../../commands/registry.ts'
import { sceneNow } from '../../commands/scene.ts'
import { Keys } from '../../components/keys.tsx'
import { closeDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'

const more = [
  ['Choose a point of the timeline', '← →'],
  ['Open the chosen point', 'Enter'],
  ['Zoom the timeline', '+ −'],
  ['Close what is open', 'Esc'],
] as const

export function KeyMap() {
  const commands = commandsOf(sceneNow()).filter(command => command.chord !== undefined)
  return (
    <Modal opened onClose={closeDialog} title="Key map" size="lg">
      <div className={classes.keyGroups}>
        {['This fleet', 'Window'].map(group => (
          <section key={group}>
            <h3 className={classes.heading}>{group}</h3>
            <dl className={classes.keyList}>
              {commands
                .filter(command => command.group === group)
                .map(({ id, words, chord = '' }) => (
                  <div key={id} className={classes.keyRow}>
                    <dt>{words}</dt>
                    <dd>
                      <Keys chord={chord} />
                      <span className="told">{chord}</span>
                    </dd>
                  </div>
                ))}
              {group === 'Window'
                ? more.map(([words, keys]) => (
                    <div key={words} className={classes.keyRow}>
                      <dt>{words}</dt>
                      <dd className="dim">{keys}</dd>
                    </div>
                  ))
                : null}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
