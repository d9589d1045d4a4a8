import classes from './resources.module.css'

interface Props {
  /** Bytes of each part; what is left of the total stays empty. */
  readonly parts: readonly number[]
  readonly total: number
}

/** Parts of a whole. The figures beside it say the same. */
export function Bar({ parts, total }: Props) {
  return (
    <div className={classes.bar} aria-hidden>
      {parts.map((bytes, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place
          key={index}
          className={classes.part}
          data-part={index}
          style={{ width: `${total === 0 ? 0 : (100 * bytes) / total}%` }}
        />
      ))}
    </div>
  )
}
