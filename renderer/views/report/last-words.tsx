import type { CheckReport } from '../../../shared/model/checks.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { countWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { troubles } from '../../words/reports.ts'
import classes from './report.module.css'

const SHOWN = 12

/** Each container that did not pass: which check, what it saw, and the last lines that the container wrote. */
export function LastWords({ report }: { readonly report: CheckReport }) {
  const found = troubles(report)
  return (
    <ul className={classes.troubles} aria-label="What did not pass">
      {found.slice(0, SHOWN).map(({ container, lines, log }) => (
        <li key={container} className={classes.trouble}>
          <Safe className={classes.name} text={container} />
          {lines.map(line => (
            <Safe key={line} className={classes.saw} text={line} />
          ))}
          {log === '' ? null : <LogEnd container={container} log={log} />}
        </li>
      ))}
      {found.length > SHOWN ? <li className="dim">and {countWords(found.length - SHOWN, 'container')} more</li> : null}
    </ul>
  )
}

function LogEnd({ container, log }: { readonly container: string; readonly log: string }) {
  return (
    <Scrolled className={`well ${classes.log}`} label={`Last lines of ${inert(container)}`}>
      {log.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and these never change
        <div key={index}>{inert(line) || ' '}</div>
      ))}
    </Scrolled>
  )
}
