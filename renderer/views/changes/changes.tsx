import { Button, SegmentedControl, Select, Skeleton, TextInput, Tooltip } from '@mantine/core'
import { IconArrowRight, IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import { diffSnapshots } from '../../../shared/rules/diff.ts'
import { compare, compareAsSuggested, type Pair, useManifest, useSuggestion } from '../../state/compare.ts'
import { useFleet } from '../../state/fleet.ts'
import { liveVersion, versionsIn } from '../../state/versions.ts'
import { useView } from '../../state/view.ts'
import classes from './changes.module.css'
import { ChangesTable } from './changes-table.tsx'
import { Files } from './files.tsx'
import { summaryWords } from './rows.ts'
import { SwitchCommands } from './switch-commands.tsx'

/** The differences between two versions: by default the live one and the candidate. */
export function Changes() {
  const suggested = useSuggestion(state => state.pair)
  const chosen = useView(view => view.compare)
  const pair = chosen ?? suggested
  return (
    <section className={classes.panel} aria-label="What changes">
      {pair === null ? (
        <p className={classes.nothing}>With a second version, this tells what differs.</p>
      ) : (
        <Comparison pair={pair} isChosen={chosen !== null} />
      )}
    </section>
  )
}

function Comparison({ pair, isChosen }: { readonly pair: Pair; readonly isChosen: boolean }) {
  const fleet = useFleet(state => state.name) ?? ''
  const live = useFleet(state => liveVersion(state.view))
  const from = useManifest(fleet, pair.from)
  const to = useManifest(fleet, pair.to)
  const [search, setSearch] = useState('')
  const [part, setPart] = useState('settings')
  const rows = useMemo(() => (from === null || to === null ? null : diffSnapshots(from, to)), [from, to])
  return (
    <>
      <header className={classes.head}>
        <h2>{titleOf(pair, live)}</h2>
        <PairChooser pair={pair} fleet={fleet} />
        <SegmentedControl
          className={classes.parts}
          size="xs"
          aria-label="What is compared"
          value={part}
          onChange={setPart}
          data={[
            { value: 'settings', label: 'Settings' },
            { value: 'files', label: 'Files' },
          ]}
        />
        {pair.from === live ? <SwitchCommands fleet={fleet} version={pair.to} /> : null}
      </header>
      <div className={classes.sub}>
        <span className="dim">{rows === null ? '' : summaryWords(rows)}</span>
        {isChosen ? (
          <Button size="compact-xs" variant="subtle" onClick={compareAsSuggested}>
            Back to the candidate
          </Button>
        ) : null}
        {part === 'files' || (rows !== null && rows.length > 6) ? (
          <TextInput
            className={classes.search}
            leftSection={<IconSearch size={14} aria-hidden />}
            placeholder="Find"
            aria-label="Find in what changes"
            value={search}
            onChange={event => setSearch(event.currentTarget.value)}
          />
        ) : null}
      </div>
      {part === 'files' ? <Files fleet={fleet} pair={pair} search={search} /> : null}
      {part === 'settings' && rows === null ? <Skeleton height={120} /> : null}
      {part === 'settings' && rows !== null ? (
        <ChangesTable rows={rows} pair={pair} live={live} search={search} />
      ) : null}
    </>
  )
}

function titleOf({ from, to }: Pair, live: Version | null): string {
  if (from === live) return `What changes if ${to} goes live`
  if (to === live) return `What ${to} changed`
  return 'What differs'
}

function PairChooser({ pair, fleet }: { readonly pair: Pair; readonly fleet: string }) {
  const versions = useFleet(state => versionsIn(state.view))
  const choose = (side: 'from' | 'to') => (value: string | null) => {
    const version = versions.find(one => one === value)
    if (version !== undefined) compare(fleet, { ...pair, [side]: version })
  }
  const newestFirst = [...versions].reverse()
  return (
    <div className={classes.pair}>
      <Select
        className={classes.version}
        data={newestFirst}
        value={pair.from}
        onChange={choose('from')}
        allowDeselect={false}
        aria-label="Compare from"
        maxDropdownHeight={240}
      />
      <Tooltip label="Turn it round">
        <button
          type="button"
          className={classes.turn}
          aria-label="Turn it round"
          onClick={() => compare(fleet, { from: pair.to, to: pair.from })}
        >
          <IconArrowRight size={14} aria-hidden />
        </button>
      </Tooltip>
      <Select
        className={classes.version}
        data={newestFirst}
        value={pair.to}
        onChange={choose('to')}
        allowDeselect={false}
        aria-label="Compare to"
        maxDropdownHeight={240}
      />
    </div>
  )
}
