import { exactWords, whenWords } from '../words/times.ts'

/** A time as people say it, exact on hover. */
export function When({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactWords(at)}>
      {whenWords(at, Date.now())}
    </time>
  )
}
