import type { ImageLayer, ListedContainer } from '../../../shared/contract/containers.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { Answer } from '../../components/answer.tsx'
import { Digest } from '../../components/digest.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { When } from '../../components/when.tsx'
import { call } from '../../session.ts'
import { useRequest } from '../../state/use-request.ts'
import { countWords, sizeWords } from '../../words/amounts.ts'
import inspector from '../inspector/inspector.module.css'
import classes from './containers.module.css'

/** How the image was made, the newest layer first. */
export function LayersTab({ container }: { readonly container: Placed<ListedContainer> }) {
  const { endpoint } = container
  const [asked, again] = useRequest(() => call('container.layers', { endpoint, container: container.id }))
  return (
    <Answer asked={asked} onAgain={again}>
      {layers => <Layers container={container} layers={layers} />}
    </Answer>
  )
}

interface Props {
  readonly container: ListedContainer
  readonly layers: readonly ImageLayer[]
}

function Layers({ container, layers }: Props) {
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0)
  return (
    <Scrolled className={inspector.scroll} label="Layers of its image">
      <p className={classes.headLine}>
        <Safe className="mono clip" text={container.image} /> <Digest id={container.imageId} />
      </p>
      <p className="dim">
        {countWords(layers.length, 'layer')}, {sizeWords(bytes)}
      </p>
      <ol>
        {layers.map((layer, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: layers repeat, and an image never changes
          <li key={index} className={classes.layer}>
            <code>
              <Safe text={layer.createdBy === '' ? layer.comment || 'nothing is said of it' : layer.createdBy} />
            </code>
            <span>{layer.bytes === 0 ? <span className="dim">no files</span> : sizeWords(layer.bytes)}</span>
            <small>
              <When at={layer.createdAt} /> {layer.tags.length === 0 ? null : <Safe text={layer.tags.join(', ')} />}
            </small>
          </li>
        ))}
      </ol>
    </Scrolled>
  )
}
