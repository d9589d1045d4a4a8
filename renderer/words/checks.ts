import { assertNever } from '../../shared/failure.ts'
import type { Check } from '../../shared/model/checks.ts'

/** A check as people say it: `GET /health 200`. */
export function checkWords(check: Check): string {
  switch (check.kind) {
    case 'running':
      return 'Running'
    case 'health':
      return 'Docker health'
    case 'tcp':
      return `Port ${check.port} open`
    case 'port':
      return `Port ${check.port} answers`
    case 'http':
      return `GET ${check.path} ${check.status}`
    case 'exec':
      return `${check.command.join(' ')} exits ${check.exitCode}`
    default:
      return assertNever(check)
  }
}
