import type { Api } from '../../shared/connect.ts'

/** Somebody before a terminal: reads what it writes, tells that it was read, and types. */
export function readTerminal(api: Api, id: string, { reader = 'test', hears = true } = {}) {
  const seen = { bytes: 0, text: '', resets: 0, hears }
  let end = 0
  const hear = () => void api.call('terminal.heard', { id, reader, end }).catch(() => {})
  const stop = api.follow('terminal.output', { id, reader }, item => {
    const bytes = Buffer.from(item.bytes, 'base64')
    if (item.reset) {
      seen.resets += 1
      seen.text = ''
    }
    seen.bytes += bytes.length
    // Enough to look at; the bench reads gigabytes.
    seen.text = (seen.text + bytes.toString('latin1')).slice(-200_000)
    end = item.end
    if (seen.hears) hear()
  })
  return {
    seen,
    stop,
    hear,
    type: (text: string | Uint8Array) =>
      api.call('terminal.write', { id, bytes: Buffer.from(text).toString('base64') }),
  }
}
