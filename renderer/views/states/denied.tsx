import { IconLock } from '@tabler/icons-react'
import classes from './states.module.css'

export function Denied() {
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <IconLock className={classes.picture} size={48} stroke={1.25} aria-hidden />
        <h1 className={classes.title}>This address lacks its key</h1>
        <p className="dim">
          Whoever has the key is you, so it is stored nowhere: a tab that is loaded again has lost it. What runs goes on
          running.
        </p>
        <p>
          <span className="mono">flotilla open</span> prints a fresh address. Paste the whole of it here, with
          everything after the #.
        </p>
      </div>
    </div>
  )
}
