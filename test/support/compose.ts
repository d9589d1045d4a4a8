import { type ComposeFleet, type ComposeInput, readCompose } from '../../shared/compose/compose.ts'

type Said = Partial<ComposeInput>

/** The fleet of a Compose file that lies in `/srv/app`. */
export function readFile(yaml: string, said: Said = {}): ComposeFleet {
  return readCompose({ name: 'shop', yaml, files: [], environment: [], profiles: [], directory: '/srv/app', ...said })
}

/** The only service of a file, whose keys are given. `top` comes after the services. */
export function readOnly(keys: string, said: Said = {}, top = '') {
  const indented = keys.replaceAll(/^/gm, '    ')
  const fleet = readFile(`services:\n  web:\n    image: web:1\n${indented}\n${top}`, { dataServices: [], ...said })
  const [only] = fleet.services
  return { ...only!, notes: fleet.notes, routes: fleet.routes }
}

/** The code and message of the failure that a file ends in. */
export function failureOf(yaml: string, said: Said = {}): string {
  try {
    readFile(yaml, said)
  } catch (error: any) {
    return `${error.failure.code} ${error.message}`
  }
  return 'no failure'
}

/** The parts of a file that are not supported. */
export function notesOf(yaml: string, said: Said = {}): string[] {
  return readFile(yaml, said).notes.map(note => `${note.line} ${note.path}: ${note.message}`)
}
