import type { EngineUse } from '../../../shared/contract/stats.ts'
import { countWords, sizeWords } from '../../words/amounts.ts'
import { Bar, type Tone } from './bar.tsx'
import classes from './resources.module.css'

interface Part {
  readonly name: string
  readonly tone: Tone
  readonly bytes: number
  readonly detail: string
}

/** All that is kept as one bar, and in figures. */
export function Totals({ use }: { readonly use: EngineUse }) {
  const parts = partsOf(use)
  const total = parts.reduce((sum, part) => sum + part.bytes, 0)
  return (
    <section className={classes.panel} aria-label="What the engine keeps">
      <header className={classes.panelHead}>
        <h2>What the engine keeps</h2>
        <strong>{sizeWords(total)}</strong>
      </header>
      <Bar parts={parts} total={total} />
      <dl className={classes.totals}>
        {parts.map(({ name, tone, bytes, detail }) => (
          <div key={name}>
            <dt>
              <span className={classes.swatch} data-tone={tone} aria-hidden />
              {name}
            </dt>
            <dd className={classes.bytes}>{sizeWords(bytes)}</dd>
            <dd className="dim">{detail}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function partsOf({ images, containers, volumes, buildCache }: EngineUse): readonly Part[] {
  const unused = (bytes: number, words: string) => (bytes === 0 ? '' : `, ${sizeWords(bytes)} ${words}`)
  return [
    {
      name: 'Images',
      tone: 'images',
      bytes: images.bytes,
      detail: `${countWords(images.count, 'image')}${unused(images.unused, 'used by no container')}`,
    },
    {
      name: 'Containers',
      tone: 'containers',
      bytes: containers.bytes,
      detail: `written by ${countWords(containers.count, 'container')}${unused(containers.unused, 'by those that do not run')}`,
    },
    {
      name: 'Volumes',
      tone: 'volumes',
      bytes: volumes.bytes,
      detail: `${countWords(volumes.count, 'volume')}${unused(volumes.unused, 'used by no container')}`,
    },
    {
      name: 'Build cache',
      tone: 'cache',
      bytes: buildCache,
      detail: buildCache === 0 ? 'nothing' : 'kept by the builder',
    },
  ]
}
