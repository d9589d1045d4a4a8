import { Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { IconBox, IconSailboat, IconSearch, IconTerminal2 } from '@tabler/icons-react'
import { useState } from 'react'
import { type Command, commandsOf } from '../../commands/registry.ts'
import { sceneNow } from '../../commands/scene.ts'
import { Keys } from '../../components/keys.tsx'
import { chooseFleet } from '../../state/feeds.ts'
import { inspect } from '../../state/view.ts'
import { inert } from '../../words/inert.ts'
import classes from './palette.module.css'

/** Every command, fleet, version and container. Read when it opens: it costs nothing while it is closed. */
export function Palette() {
  const [actions, setActions] = useState<SpotlightActionData[]>([])
  return (
    <Spotlight
      actions={grouped(actions)}
      onSpotlightOpen={() => setActions(paletteActions())}
      shortcut={null}
      nothingFound="Nothing has that in its name"
      highlightQuery
      attributes={{ content: { 'aria-label': 'Commands' } }}
      scrollable
      maxHeight={440}
      limit={40}
      overlayProps={{ blur: 0, backgroundOpacity: 0.5 }}
      classNames={classes}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Search or run a command',
        'aria-label': 'Search or run a command',
      }}
    />
  )
}

function paletteActions(): SpotlightActionData[] {
  const scene = sceneNow()
  return [
    ...commandsOf(scene)
      .filter(command => command.id !== 'palette')
      .map(commandAction),
    ...scene.fleets.map(fleet => ({
      id: `fleet/${fleet.name}`,
      group: 'Fleets',
      label: inert(fleet.name),
      description: fleet.live === null ? 'Nothing live' : `${fleet.live} live, ${fleet.running} running`,
      leftSection: <IconSailboat size={16} aria-hidden />,
      onClick: () => chooseFleet(fleet.name),
    })),
    ...(scene.view?.sets ?? []).flatMap(set =>
      set.containers.map(container => ({
        id: `container/${container.id}`,
        group: 'Containers',
        label: inert(container.name),
        description: `${set.version}, ${container.state}`,
        leftSection: <IconBox size={16} aria-hidden />,
        onClick: () => inspect(set.version, 'containers'),
      })),
    ),
  ]
}

function commandAction({ id, group, words, chord, about, why, run }: Command): SpotlightActionData {
  const description = why ?? about
  return {
    id,
    group,
    label: inert(words),
    disabled: why !== undefined,
    leftSection: <IconTerminal2 size={16} aria-hidden />,
    onClick: run,
    ...(description === undefined ? {} : { description: inert(description) }),
    ...(chord === undefined ? {} : { rightSection: <Keys chord={chord} /> }),
  }
}

function grouped(actions: readonly SpotlightActionData[]) {
  return ['This fleet', 'Versions', 'Fleets', 'Containers', 'Engine', 'Window'].flatMap(group => {
    const own = actions.filter(action => action.group === group)
    return own.length === 0 ? [] : [{ group, actions: own }]
  })
}
