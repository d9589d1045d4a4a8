import { Progress } from '@mantine/core'
import { IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
import type { CheckResult } from '../../../shared/model/checks.ts'
import type { Version } from '../../../shared/model/ids.ts'
import { Safe } from '../../components/safe.tsx'
import { useFleet } from '../../state/fleet.ts'
import { setIn } from '../../state/versions.ts'
import { checkWords } from '../../words/checks.ts'
import classes from './card.module.css'

const none: readonly CheckResult[] = []
const icons = { passed: IconCheck, waiting: IconLoader2, failed: IconX } as const

interface Line {
  readonly words: string
  readonly saw: string
  readonly state: CheckResult['state']
  readonly passed: number
  readonly all: number
}

/** How far a set is with its checks, one line a kind of check. */
export function CardChecks({ version }: { readonly version: Version }) {
  const setId = useFleet(state => setIn(state.view, version)?.id)
  const results = useFleet(state => state.view?.checking.find(one => one.setId === setId)?.results) ?? none
  const lines = linesOf(results)
  const passed = results.filter(result => result.state === 'passed').length
  return (
    <div className={classes.checks}>
      <Progress
        size="sm"
        color="var(--wait)"
        value={results.length === 0 ? 4 : (100 * passed) / results.length}
        aria-label={`Checks of ${version}: ${passed} of ${results.length} passed`}
      />
      <ul>
        {results.length === 0 ? <li className={classes.check}>Waiting for its containers</li> : null}
        {lines.map(line => {
          const Icon = icons[line.state]
          return (
            <li key={line.words} className={classes.check} data-state={line.state}>
              <Icon size={14} role="img" aria-label={line.state} />
              <Safe className="clip" text={`${line.words} ${line.passed} of ${line.all}`} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function linesOf(results: readonly CheckResult[]): Line[] {
  const lines = new Map<string, Line>()
  for (const { check, state, saw } of results) {
    const words = checkWords(check)
    const line = lines.get(words) ?? { words, saw, state: 'passed', passed: 0, all: 0 }
    const worse =
      state === 'failed' || line.state === 'failed' ? 'failed' : state === 'waiting' ? 'waiting' : line.state
    lines.set(words, {
      ...line,
      saw,
      state: worse,
      passed: line.passed + (state === 'passed' ? 1 : 0),
      all: line.all + 1,
    })
  }
  return [...lines.values()].slice(0, 3)
}
