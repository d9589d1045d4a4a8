import { safeStorage } from 'electron'
import type { AppInput } from '../../app.ts'

/** Encryption by this system's keyring; undefined where there is none. */
export function systemVault(): AppInput['vault'] {
  if (!safeStorage.isEncryptionAvailable()) return undefined
  // Without a keyring Electron still says that it can, with a password that anybody knows.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return undefined
  return {
    encrypt: text => safeStorage.encryptString(text),
    decrypt: bytes => safeStorage.decryptString(Buffer.from(bytes)),
  }
}
