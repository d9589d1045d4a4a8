import { dialog, session, shell, type WebContents } from 'electron'
import { questionOfLink } from './links.ts'
import { isOwnUrl } from './scheme.ts'

/** Permissions that the page's own code uses; all others are denied. */
const PERMITTED = new Set(['clipboard-sanitized-write'])

export function guardSession(): void {
  const own = session.defaultSession
  own.setPermissionRequestHandler((contents, permission, answer) => {
    answer(PERMITTED.has(permission) && contents !== null && isOwnUrl(contents.getURL()))
  })
  own.setPermissionCheckHandler((_contents, permission, origin) => PERMITTED.has(permission) && isOwnUrl(origin))
  own.setDevicePermissionHandler(() => false)
}

/** A window shows our page and never anything else. Links lead outside, to the system's browser. */
export function guardContents(contents: WebContents): void {
  contents.on('will-navigate', event => {
    if (!isOwnUrl(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', event => {
    if (!isOwnUrl(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', event => event.preventDefault())
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebUrl(url)) void openOutside(url)
    return { action: 'deny' }
  })
}

async function openOutside(url: string): Promise<void> {
  const question = questionOfLink(url)
  if (question !== null) {
    const buttons = ['Open', 'Cancel']
    const { response } = await dialog.showMessageBox({
      type: 'question',
      ...question,
      buttons,
      defaultId: 1,
      cancelId: 1,
    })
    if (response !== 0) return
  }
  await shell.openExternal(url)
}

/** Only what a browser opens without starting anything else. */
export function isWebUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === ''
}
