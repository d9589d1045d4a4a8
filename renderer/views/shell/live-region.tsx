import { useAnnouncer } from '../../state/announcer.ts'

/** What a screen reader hears of changes of state. */
export function LiveRegion() {
  const text = useAnnouncer(state => state.text)
  return (
    <div className="told" role="status" aria-live="polite">
      {text}
    </div>
  )
}
