import { SegmentedControl, Select } from '@mantine/core'
import type { Version } from '../../../shared/model/ids.ts'
import type { FleetView } from '../../../shared/model/views.ts'
import { WideButton } from '../../components/wide-tab.tsx'
import { useFleet } from '../../state/fleet.ts'
import { inert } from '../../words/inert.ts'
import type { Alignment, Part } from './lines.ts'
import classes from './stats.module.css'

/** Stands for every version and data service in place of a version. */
export const WHOLE = 'fleet'

export interface StatsChoice {
  /** A version, `WHOLE`, or empty for nothing. */
  readonly beside: string
  readonly part: Part
  readonly alignment: Alignment
  readonly span: 'short' | 'long'
  readonly isWide: boolean
}

interface Props {
  readonly version: Version
  readonly choice: StatsChoice
  readonly onChoice: (change: Partial<StatsChoice>) => void
}

const spans = [
  { value: 'short', label: '2 min' },
  { value: 'long', label: '15 min' },
] as const
const alignments = [
  { value: 'clock', label: 'By clock' },
  { value: 'launch', label: 'By launch' },
] as const

/** Chooses the subjects and the form of the charts. */
export function StatsControls({ version, choice, onChoice }: Props) {
  const view = useFleet(state => state.view)
  const { beside, part, alignment, span, isWide } = choice
  const others = view?.sets.map(set => set.version as string).filter(one => one !== version) ?? []
  const isOfTwo = others.includes(beside)
  return (
    <div className={classes.bar}>
      <Select
        className={classes.select}
        aria-label="Shown beside it"
        data={[
          { value: '', label: 'Nothing beside' },
          ...others.map(one => ({ value: one, label: `Beside ${one}` })),
          { value: WHOLE, label: 'Beside the fleet' },
        ]}
        value={beside}
        allowDeselect={false}
        onChange={value => onChoice({ beside: value ?? '', alignment: 'clock' })}
      />
      <Select
        className={classes.select}
        aria-label="Service or container"
        data={partsIn(view, [version, beside])}
        value={valueFor(part)}
        allowDeselect={false}
        searchable
        limit={200}
        nothingFoundMessage="Nothing of that name"
        onChange={value => onChoice({ part: partOf(value ?? '') })}
      />
      <WideButton thing="the stats" isWide={isWide} onWide={wide => onChoice({ isWide: wide })} />
      <SegmentedControl
        size="xs"
        aria-label="How far back"
        data={[...spans]}
        value={span}
        onChange={value => onChoice({ span: value })}
      />
      {isOfTwo ? (
        <SegmentedControl
          size="xs"
          aria-label="Laid over each other"
          data={[...alignments]}
          value={alignment}
          onChange={value => onChoice({ alignment: value })}
        />
      ) : null}
    </div>
  )
}

function partsIn(view: FleetView | null, shown: readonly string[]) {
  const isWhole = shown.includes(WHOLE)
  const data = isWhole ? (view?.dataServices ?? []) : []
  const sets = view?.sets.filter(set => isWhole || shown.includes(set.version)) ?? []
  const optionOf = (kind: 'service' | 'container') => (name: string) => ({
    value: `${kind}/${name}`,
    label: inert(name),
  })
  const services = [...(view?.fleet.services ?? []), ...data].map(({ name }) => name as string)
  const containers = [
    ...sets.flatMap(set => set.containers).map(({ name }) => name),
    ...data.map(({ container }) => container),
  ]
  return [
    { value: '', label: 'All services' },
    { group: 'Services', items: services.map(optionOf('service')) },
    { group: 'Containers', items: containers.map(optionOf('container')) },
  ]
}

function valueFor(part: Part): string {
  return part.kind === 'all' ? '' : `${part.kind}/${part.name}`
}

function partOf(value: string): Part {
  const [kind, name = ''] = value.split(/\/(.*)/s)
  return kind === 'service' || kind === 'container' ? { kind, name } : { kind: 'all' }
}
