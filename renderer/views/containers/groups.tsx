import type { ListedContainer } from '../../../shared/contract/containers.ts'
import { assertNever } from '../../../shared/failure.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { Safe } from '../../components/safe.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import type { Group } from '../../components/table/columns.ts'

/** Ours by version and service, others by their Compose project, what is left as loose. */
export function groupsOf({ belongs }: ListedContainer): readonly Group[] {
  switch (belongs.kind) {
    case 'set': {
      const { fleet, version, state, service } = belongs
      const title = (
        <>
          <Safe className="clip" text={fleet} /> {version} <StateBadge state={state} />
        </>
      )
      return [
        group(`fleet/${fleet}/${version}`, `${fleet} ${version}`, title),
        group(service, `${fleet} ${version} ${service}`, <Safe className="clip" text={service} />),
      ]
    }
    case 'data':
      return [owned(belongs.fleet, 'data services')]
    case 'source':
      return [owned(belongs.fleet, 'adopted from these')]
    case 'foreign':
      return [owned(belongs.fleet, 'not known to it')]
    case 'compose':
      return [
        group(
          `compose/${belongs.project}`,
          `the Compose project ${belongs.project}`,
          <>
            <Safe className="clip" text={belongs.project} /> <Kind words="Compose project" />
          </>,
        ),
      ]
    case 'loose':
      return [group('loose', 'loose containers', 'Loose')]
    default:
      return assertNever(belongs)
  }
}

/** The same in a list of all endpoints: a name may be there on several. */
export function groupsOfPlaced(container: Placed<ListedContainer>): readonly Group[] {
  return groupsOf(container).map((group, level) =>
    level > 0
      ? group
      : { ...group, key: `${container.endpoint}/${group.key}`, name: `${group.name} on ${container.endpoint}` },
  )
}

function owned(fleet: string, words: string): Group {
  const title = (
    <>
      <Safe className="clip" text={fleet} /> <Kind words={words} />
    </>
  )
  return group(`${words}/${fleet}`, `${fleet}, ${words}`, title)
}

function group(key: string, name: string, title: Group['title']): Group {
  return { key, name, title }
}

function Kind({ words }: { readonly words: string }) {
  return (
    <span className="dim" style={{ fontWeight: 400 }}>
      {words}
    </span>
  )
}
