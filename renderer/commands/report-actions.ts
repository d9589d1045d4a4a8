import { toFailure } from '../../shared/failure.ts'
import { reportName } from '../../shared/report.ts'
import { call } from '../session.ts'
import { saveFile } from './save-file.ts'
import { tellDone, tellFailure } from './tell.tsx'

/** The same file as `flotilla debug` writes while the app runs. */
export async function saveReport(): Promise<void> {
  try {
    const { text } = await call('app.report', {})
    saveFile(reportName(Date.now()), [text])
    tellDone({ title: 'The debug report is made', detail: 'Look through it before you attach it to a report' })
  } catch (error) {
    tellFailure('No debug report', toFailure(error))
  }
}
