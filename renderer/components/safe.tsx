import { inert } from '../words/inert.ts'

/** A stranger's text, shown inert; the whole of it on hover. */
export function Safe({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  const shown = inert(text)
  return (
    <bdi className={className} title={shown}>
      {shown}
    </bdi>
  )
}
