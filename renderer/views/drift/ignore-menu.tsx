import { ActionIcon, Menu } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { ignorePaths } from '../../commands/drift-actions.ts'
import { inert } from '../../words/inert.ts'

interface Props {
  readonly fleet: string
  readonly service: string
  readonly path: string
}

/** The paths that a person may mean: this one, its folder, all that end like it. */
export function IgnoreMenu({ fleet, service, path }: Props) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Ignore ${inert(path)} in ${inert(service)}`}>
          <IconEyeOff size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Ignore in {inert(service)}</Menu.Label>
        {patternsFor(path).map(pattern => (
          <Menu.Item
            key={pattern}
            className="mono"
            // The names are the feed's own, checked again by the app.
            onClick={() => void ignorePaths({ fleet, service, add: [pattern] } as Parameters<typeof ignorePaths>[0])}
          >
            {inert(pattern)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function patternsFor(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf('/'))
  const ending = /[^/.](\.[\w-]{1,12})$/.exec(path)?.[1]
  return [path, ...(folder === '' ? [] : [folder]), ...(ending === undefined ? [] : [`*${ending}`])]
}
