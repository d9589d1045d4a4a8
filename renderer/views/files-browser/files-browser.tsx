import { Button, UnstyledButton } from '@mantine/core'
import { IconCornerLeftUp, IconFile, IconFolder, IconLink, IconPuzzle } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { FileEntry, FilePlace } from '../../../shared/contract/files.ts'
import { Safe } from '../../components/safe.tsx'
import type { Column } from '../../components/table/columns.ts'
import { Table } from '../../components/table/table.tsx'
import { When } from '../../components/when.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import {
  chooseFile,
  closeFiles,
  openFolder,
  parentOf,
  pathIn,
  readFurther,
  useFilesBrowser,
} from '../../state/files-browser.ts'
import { sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './files-browser.module.css'
import { Preview } from './preview.tsx'
import { GetForm, PutForm } from './transfer-forms.tsx'

interface Props {
  readonly place: FilePlace
  /** Where there is no room for every column. */
  readonly isNarrow?: boolean
}

/** The files of a container, an image or a volume, folder by folder. Give the same place for as long as it is the same. */
export function FilesBrowser({ place, isNarrow = false }: Props) {
  useEffect(() => {
    openFolder(place, '/')
    return closeFiles
  }, [place])
  const [doing, setDoing] = useState<'get' | 'put' | null>(null)
  return (
    <div className={classes.browser}>
      <Path />
      <div className={classes.panes}>
        <Listing
          columns={isNarrow ? fewColumns : columns}
          onPut={place.kind === 'image' ? null : () => setDoing('put')}
        />
        <Preview onGet={() => setDoing('get')} />
      </div>
      {doing === 'get' ? <GetForm onEnd={() => setDoing(null)} /> : null}
      {doing === 'put' ? <PutForm onEnd={() => setDoing(null)} /> : null}
    </div>
  )
}

/** Every folder on the way is a button back to it. */
function Path() {
  const path = useFilesBrowser(state => state.path)
  const place = useFilesBrowser(state => state.place)
  const parts = path.split('/').filter(part => part !== '')
  if (place === null) return null
  return (
    <nav className={classes.path} aria-label="Folder">
      <UnstyledButton className={classes.crumb} onClick={() => openFolder(place, '/')}>
        /
      </UnstyledButton>
      {parts.map((part, index) => {
        const to = `/${parts.slice(0, index + 1).join('/')}`
        return (
          <UnstyledButton
            key={to}
            className={classes.crumb}
            aria-current={to === path ? 'page' : undefined}
            onClick={() => openFolder(place, to)}
          >
            <Safe text={part} />
          </UnstyledButton>
        )
      })}
    </nav>
  )
}

interface ListingProps {
  readonly columns: readonly Column<FileEntry>[]
  readonly onPut: (() => void) | null
}

function Listing({ columns: shown, onPut }: ListingProps) {
  const folder = useFilesBrowser(state => state.folder)
  const path = useFilesBrowser(state => state.path)
  const chosen = useFilesBrowser(state => state.chosen)
  const isReadOnly = useIsReadOnly()
  return (
    <div className={classes.list}>
      <Table
        key={path}
        label="Files"
        thing="file"
        rows={folder.state === 'here' ? folder.value.entries : null}
        failure={folder.state === 'failed' ? folder.failure : null}
        columns={shown}
        rowId={rowName}
        rowName={rowName}
        searchText={rowName}
        openId={chosen}
        onOpen={open}
        toolbar={
          <>
            {path === '/' ? null : (
              <Button leftSection={<IconCornerLeftUp size={14} aria-hidden />} onClick={up}>
                Up
              </Button>
            )}
            {onPut === null ? null : (
              <Button disabled={isReadOnly} onClick={onPut}>
                Put a file here…
              </Button>
            )}
          </>
        }
        empty={<p>This folder is empty.</p>}
      />
      {folder.state === 'here' && !folder.value.isWhole ? (
        <p className={classes.partial} role="status">
          Read up to {sizeWords(folder.value.mostBytes)}: there may be more behind that.
          <Button size="compact-xs" onClick={readFurther}>
            Read further
          </Button>
        </p>
      ) : null}
    </div>
  )
}

function up(): void {
  const { place, path } = useFilesBrowser.getState()
  if (place !== null) openFolder(place, parentOf(path))
}

function open(entry: FileEntry): void {
  const { place, path } = useFilesBrowser.getState()
  if (place === null) return
  if (entry.type === 'directory') openFolder(place, pathIn(path, entry.name))
  else chooseFile(entry.name)
}

const icons = { file: IconFile, directory: IconFolder, symlink: IconLink, other: IconPuzzle } as const

const rowName = ({ name }: FileEntry) => name

const columns: readonly Column<FileEntry>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(160px, 1fr)',
    sortBy: row => row.name,
    cell: ({ type, name, target }) => {
      const Icon = icons[type]
      return (
        <span className={classes.name}>
          <Icon size={16} aria-label={type} />
          <Safe className="clip" text={name} />
          {type === 'symlink' ? <Safe className="dim clip" text={`→ ${target}`} /> : null}
        </span>
      )
    },
  },
  {
    id: 'bytes',
    title: 'Size',
    width: '84px',
    isFigure: true,
    sortBy: row => row.bytes ?? -1,
    cell: ({ bytes, type }) => (bytes === null || type === 'symlink' ? '' : sizeWords(bytes)),
  },
  {
    id: 'mode',
    title: 'Mode',
    width: '92px',
    cell: ({ mode, owner }) => (
      <span className="mono" title={`${mode.toString(8).padStart(4, '0')}, owner ${inert(owner)}`}>
        {modeWords(mode)}
      </span>
    ),
  },
  {
    id: 'modified',
    title: 'Changed',
    width: '96px',
    isFigure: true,
    sortBy: row => row.modifiedAt ?? 0,
    cell: ({ modifiedAt }) => (modifiedAt === null ? '' : <When at={modifiedAt} />),
  },
]

const fewColumns = columns.filter(({ id }) => id !== 'mode')

/** `rwxr-x---`, as `ls` has it. */
function modeWords(mode: number): string {
  return [6, 3, 0]
    .map(shift => ['r', 'w', 'x'].map((letter, bit) => ((mode >> shift) & (4 >> bit) ? letter : '-')).join(''))
    .join('')
}
