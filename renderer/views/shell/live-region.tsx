import { useAnnouncer } from '../../state/announcer.ts'

/** The live region that tells screen readers of changes. */
export function LiveRegion() {
  const text = useAnnouncer(state => state.text)
  return (
    <div className="told" role="status" aria-live="polite">
      {text}
    </div>
  )
}
