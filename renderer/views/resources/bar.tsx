import classes from './resources.module.css'

export type Tone = 'images' | 'containers' | 'volumes' | 'cache' | 'shared'

interface Props {
  /** Bytes of each part, and its colour; what is left of the total stays empty. */
  readonly parts: readonly { readonly bytes: number; readonly tone: Tone }[]
  readonly total: number
}

/** Parts of a whole. The figures beside it say the same. */
export function Bar({ parts, total }: Props) {
  return (
    <div className={classes.bar} aria-hidden>
      {parts.map(({ bytes, tone }) => (
        <span
          key={tone}
          className={classes.part}
          data-tone={tone}
          style={{ width: `${total === 0 ? 0 : (100 * bytes) / total}%` }}
        />
      ))}
    </div>
  )
}
