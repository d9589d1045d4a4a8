import { toFailure } from '../../../shared/failure.ts'
import { failureText } from '../cli/text.ts'

/** Runs one of our commands to its exit code. A failure is told as on the command line. */
export async function runToExit(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    process.stderr.write(`${failureText(toFailure(error))}\n`)
    process.exitCode = 1
  }
}
