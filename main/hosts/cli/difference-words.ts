import type { FileDifference } from '../../../shared/model/views.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import type { DiffRow } from '../../../shared/rules/diff.ts'
import { table } from './text.ts'

/** A table of the differences between two manifests, whose secrets are masked. */
export function differenceTable(rows: readonly DiffRow[]): string {
  const lines = rows.map(({ service, what, name, before, after }) => {
    const which = what === 'service' || name === '' ? what : `${what} ${name}`
    return [service || '-', which, before ?? '-', after ?? '-']
  })
  return table(['SERVICE', 'WHAT', 'FROM', 'TO'], lines, 'Nothing differs')
}

export function fileTable(files: readonly FileDifference[]): string {
  const rows = files.map(({ service, kind, path, type, bytesBefore, bytesAfter, detail }) => [
    service,
    kind,
    type,
    size(bytesBefore),
    size(bytesAfter),
    detail === '' ? path : `${path}  (${detail})`,
  ])
  return table(['SERVICE', 'CHANGE', 'TYPE', 'FROM', 'TO', 'PATH'], rows, 'No file differs')
}

function size(count: number | null): string {
  return count === null ? '-' : bytesText(count)
}
