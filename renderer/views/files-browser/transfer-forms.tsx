import { Button, Checkbox, Progress, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { atPlace } from '../../state/endpoints.ts'
import { openFolder, pathIn, useFilesBrowser } from '../../state/files-browser.ts'
import { sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './files-browser.module.css'

interface Work {
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
}

interface FormProps {
  readonly label: string
  readonly placeholder: string
  readonly verb: string
  /** Label of a check box for further consent; null where none is needed. */
  readonly agree: string | null
  readonly work: (path: string, agreed: boolean, work: Work) => Promise<void>
  readonly onEnd: () => void
}

/** Asks for a path on this machine and moves a file, under one's eyes. */
function LocalPathForm({ label, placeholder, verb, agree, work, onEnd }: FormProps) {
  const [path, setPath] = useState('')
  const [agreed, setAgreed] = useState(false)
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const abort = useRef<AbortController | null>(null)
  const run = async () => {
    abort.current = new AbortController()
    setFailure(null)
    setProgress({ done: 0, total: 0 })
    try {
      await work(path, agreed, { signal: abort.current.signal, onProgress: setProgress })
      onEnd()
    } catch (error) {
      const told = toFailure(error)
      if (told.code !== 'cancelled') setFailure(told)
      setProgress(null)
    }
  }
  return (
    <form
      className={classes.form}
      onSubmit={event => {
        event.preventDefault()
        if (path !== '' && progress === null) void run()
      }}
    >
      <TextInput
        className={classes.formPath}
        label={label}
        placeholder={placeholder}
        autoFocus
        value={path}
        onChange={event => setPath(event.currentTarget.value)}
      />
      {agree === null ? (
        <span />
      ) : (
        <Checkbox label={agree} checked={agreed} onChange={event => setAgreed(event.currentTarget.checked)} />
      )}
      <Button onClick={() => (progress === null ? onEnd() : abort.current?.abort())}>Cancel</Button>
      <Button type="submit" variant="filled" disabled={path === ''} loading={progress !== null}>
        {verb}
      </Button>
      {progress === null || progress.total === 0 ? null : (
        <Progress
          className={classes.formWide}
          value={(100 * progress.done) / progress.total}
          aria-label={`${sizeWords(progress.done)} of ${sizeWords(progress.total)}`}
          size="sm"
        />
      )}
      {failure === null ? null : (
        <div className={classes.formWide}>
          <Problem failure={failure} />
        </div>
      )}
    </form>
  )
}

export function GetForm({ onEnd }: { readonly onEnd: () => void }) {
  const place = useFilesBrowser(state => state.place)
  const path = useFilesBrowser(state => state.path)
  const chosen = useFilesBrowser(state => state.chosen)
  if (place === null) return null
  return (
    <LocalPathForm
      label="To this file on this machine"
      placeholder={`/home/ada/${inert(chosen ?? 'folder.tar')}`}
      verb="Get"
      agree="Replace a file that is there"
      onEnd={onEnd}
      work={async (to, replace, options) => {
        const from = chosen === null ? path : pathIn(path, chosen)
        const { bytes } = await call('files.get', { ...atPlace(), place, path: from, to, replace }, options)
        tellDone({ title: `${sizeWords(bytes)} are here`, detail: to })
      }}
    />
  )
}

export function PutForm({ onEnd }: { readonly onEnd: () => void }) {
  const place = useFilesBrowser(state => state.place)
  const path = useFilesBrowser(state => state.path)
  if (place === null) return null
  return (
    <LocalPathForm
      label="This file of this machine"
      placeholder="/home/ada/settings.json"
      verb="Put it here"
      agree={place.kind === 'container' ? 'Also into a container of a set: it then shows as drift' : null}
      onEnd={onEnd}
      work={async (from, insist, options) => {
        const { path: put } = await call('files.put', { ...atPlace(), place, path, from, insist }, options)
        tellDone({ title: 'The file is there', detail: put })
        openFolder(place, path)
      }}
    />
  )
}
