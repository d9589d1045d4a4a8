import { UnstyledButton } from '@mantine/core'
import { IconBox, IconChartLine, IconDatabase, IconNetwork, IconStack2, IconTriangle } from '@tabler/icons-react'
import { useEffect } from 'react'
import { followDrift, useDrift } from '../../state/drift.ts'
import { type Screen, showScreen, useView } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import classes from './side.module.css'

const rooms: readonly { readonly screen: Screen; readonly words: string; readonly Icon: typeof IconBox }[] = [
  { screen: 'drift', words: 'Drift', Icon: IconTriangle },
  { screen: 'containers', words: 'Containers', Icon: IconBox },
  { screen: 'images', words: 'Images', Icon: IconStack2 },
  { screen: 'volumes', words: 'Volumes', Icon: IconDatabase },
  { screen: 'networks', words: 'Networks', Icon: IconNetwork },
  { screen: 'resources', words: 'Resources', Icon: IconChartLine },
]

/** Navigation to the lists of the engine: containers, images, volumes and others. */
export function Rooms() {
  const shown = useView(view => view.screen)
  return (
    <section className={classes.rooms} aria-labelledby="rooms">
      <h2 id="rooms" className={classes.title}>
        Engine
      </h2>
      <ul>
        {rooms.map(({ screen, words, Icon }) => (
          <li key={screen}>
            <UnstyledButton
              className={classes.link}
              aria-current={screen === shown ? 'page' : undefined}
              onClick={() => showScreen(screen)}
            >
              <Icon size={16} aria-hidden /> {words}
              {screen === 'drift' ? <DriftCount /> : null}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

function DriftCount() {
  const count = useDrift(state => state.containers?.length ?? 0)
  useEffect(followDrift, [])
  if (count === 0) return null
  return (
    <span className={classes.count} title={`${countWords(count, 'container has', 'containers have')} drifted`}>
      {count}
    </span>
  )
}
