import { ActionIcon, Button, Skeleton, Tabs } from '@mantine/core'
import { IconArrowRight, IconX } from '@tabler/icons-react'
import { type ComponentType, lazy, Suspense } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { belongingWords } from '../../../shared/rules/container-words.ts'
import { showLogs } from '../../commands/container-actions.ts'
import { Safe } from '../../components/safe.tsx'
import { type DetailTab, detailTabs, showContainer, useContainers } from '../../state/containers.ts'
import { aimAt, useIsStale } from '../../state/endpoints.ts'
import { isOneOf } from '../../words/one-of.ts'
import inspector from '../inspector/inspector.module.css'
import { ActButtons } from './act-buttons.tsx'
import { StateMark } from './columns.tsx'
import classes from './containers.module.css'
import { FilesTab } from './files-tab.tsx'
import { LayersTab } from './layers-tab.tsx'
import { JsonTab, OverviewTab } from './overview-tab.tsx'
import { ProcessesTab } from './processes-tab.tsx'

// Its own piece of code: the terminal weighs as much as the rest.
const ShellTab = lazy(async () => ({ default: (await import('./shell-tab.tsx')).ShellTab }))

const tabs: Readonly<
  Record<
    DetailTab,
    { readonly words: string; readonly Shown: ComponentType<{ readonly container: Placed<ListedContainer> }> }
  >
> = {
  overview: { words: 'Overview', Shown: OverviewTab },
  processes: { words: 'Processes', Shown: ProcessesTab },
  files: { words: 'Files', Shown: FilesTab },
  layers: { words: 'Layers', Shown: LayersTab },
  json: { words: 'JSON', Shown: JsonTab },
  terminal: { words: 'Terminal', Shown: ShellTab },
}

/** Details of one container: overview, processes, image. */
export function ContainerDetail({ container }: { readonly container: Placed<ListedContainer> }) {
  const tab = useContainers(state => state.tab)
  const isStale = useIsStale()
  return (
    <section
      className={`${classes.detail} ${isStale ? 'stale' : ''}`}
      aria-label="Container"
      onClickCapture={() => aimAt([container])}
      onKeyDownCapture={() => aimAt([container])}
    >
      <header className={classes.head}>
        <div className={classes.headLine}>
          <h2 className="clip">
            <Safe text={container.name} />
          </h2>
          <StateMark container={container} />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Close the container"
            onClick={() => showContainer(null)}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
        <div className={classes.headLine}>
          <Safe className={`dim clip ${classes.belongs}`} text={belongingWords(container)} />
          {'fleet' in container.belongs ? (
            <Button
              size="compact-xs"
              variant="subtle"
              rightSection={<IconArrowRight size={14} aria-hidden />}
              onClick={() => showLogs(container)}
            >
              Logs
            </Button>
          ) : null}
        </div>
        <div className={classes.actions}>
          <ActButtons containers={[container]} />
        </div>
      </header>
      <Tabs
        className={inspector.tabs}
        value={tab}
        onChange={value => value !== null && isOneOf(detailTabs, value) && useContainers.setState({ tab: value })}
        keepMounted={false}
      >
        <Tabs.List className={`${inspector.list} ${classes.tabs}`}>
          {detailTabs.map(one => (
            <Tabs.Tab key={one} value={one}>
              {tabs[one].words}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {detailTabs.map(one => {
          const { Shown } = tabs[one]
          return (
            <Tabs.Panel key={one} value={one} className={inspector.panel}>
              <Suspense fallback={<Skeleton m="md" height={200} />}>
                <Shown container={container} />
              </Suspense>
            </Tabs.Panel>
          )
        })}
      </Tabs>
    </section>
  )
}
