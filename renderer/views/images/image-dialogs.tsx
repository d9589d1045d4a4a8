import { Checkbox, Modal, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { imageName, tagImage, transfer } from '../../commands/image-actions.ts'
import { FailingForm } from '../../components/failing-form.tsx'
import { useImages } from '../../state/images.ts'
import { closeDialog } from '../../state/view.ts'
import { inert } from '../../words/inert.ts'

/** As the engine takes them; it looks again. */
const TAG = /^[a-z0-9][\w./:-]*$/

const tagError = (tag: string) =>
  tag === '' || TAG.test(tag) ? undefined : 'A tag looks like registry.example/web:1.2'

/** Begins it, and leaves it to the list below the images to tell how far it is. */
const inBackground = (work: Promise<void>) => {
  void work
  return Promise.resolve()
}

export function PullDialog() {
  const [image, setImage] = useState('')
  const wanted = image.trim()
  return (
    <Modal opened onClose={closeDialog} title="Pull an image">
      <FailingForm
        verb="Pull"
        isFit={TAG.test(wanted)}
        run={() => inBackground(transfer('image.pull', { image: wanted }, `${wanted} is here`))}
      >
        <TextInput
          label="Image"
          description="With the credentials that the docker configuration of this machine keeps"
          placeholder="postgres:17"
          data-autofocus
          value={image}
          error={tagError(wanted)}
          onChange={event => setImage(event.currentTarget.value)}
        />
      </FailingForm>
    </Modal>
  )
}

export function TagDialog({ id }: { readonly id: string }) {
  const image = useImages(state => state.rows?.find(row => row.id === id))
  const [tag, setTag] = useState('')
  if (image === undefined) return null
  return (
    <Modal opened onClose={closeDialog} title={`Tag ${inert(imageName(image))}`}>
      <FailingForm verb="Tag" isFit={TAG.test(tag.trim())} run={() => tagImage(id, tag.trim())}>
        <TextInput
          label="New tag"
          placeholder="shop/web:2"
          data-autofocus
          value={tag}
          error={tagError(tag.trim())}
          onChange={event => setTag(event.currentTarget.value)}
        />
      </FailingForm>
    </Modal>
  )
}

/** `NAME=value`, a line each. */
function argumentsOf(text: string): [string, string][] {
  const lines = text.split('\n').filter(line => line.includes('='))
  return lines.map(line => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)])
}

export function BuildDialog() {
  const [directory, setDirectory] = useState('')
  const [dockerfile, setDockerfile] = useState('Dockerfile')
  const [tag, setTag] = useState('')
  const [args, setArgs] = useState('')
  const [noCache, setNoCache] = useState(false)
  const [pullBases, setPullBases] = useState(false)
  const input = { directory, dockerfile, tag: tag.trim(), args: argumentsOf(args), noCache, pullBases }
  return (
    <Modal opened onClose={closeDialog} title="Build an image">
      <FailingForm
        verb="Build"
        isFit={directory !== '' && dockerfile !== '' && TAG.test(input.tag)}
        run={() => inBackground(transfer('image.build', input, `${input.tag} is built`))}
      >
        <TextInput
          label="Directory"
          description="A whole path on this machine; .dockerignore is honoured"
          placeholder="/home/ada/shop/web"
          data-autofocus
          value={directory}
          onChange={event => setDirectory(event.currentTarget.value)}
        />
        <TextInput
          label="Dockerfile"
          description="In the directory"
          value={dockerfile}
          onChange={event => setDockerfile(event.currentTarget.value)}
        />
        <TextInput
          label="Tag"
          placeholder="shop/web:2"
          value={tag}
          error={tagError(input.tag)}
          onChange={event => setTag(event.currentTarget.value)}
        />
        <Textarea
          label="Build arguments"
          description="NAME=value, a line each. They stay readable in the image: no secrets"
          autosize
          minRows={2}
          value={args}
          onChange={event => setArgs(event.currentTarget.value)}
        />
        <Checkbox
          label="Build every step anew"
          checked={noCache}
          onChange={event => setNoCache(event.currentTarget.checked)}
        />
        <Checkbox
          label="Pull newer base images"
          checked={pullBases}
          onChange={event => setPullBases(event.currentTarget.checked)}
        />
      </FailingForm>
    </Modal>
  )
}

export function SaveDialog({ images }: { readonly images: readonly string[] }) {
  const [to, setTo] = useState('')
  const [replace, setReplace] = useState(false)
  return (
    <Modal opened onClose={closeDialog} title={images.length === 1 ? 'Save an image' : `Save ${images.length} images`}>
      <FailingForm
        verb="Save"
        isFit={to !== ''}
        run={() => inBackground(transfer('image.save', { images: [...images], to, replace }, `Saved to ${to}`))}
      >
        <TextInput
          label="File"
          description="A whole path on this machine"
          placeholder="/home/ada/shop.tar"
          data-autofocus
          value={to}
          onChange={event => setTo(event.currentTarget.value)}
        />
        <Checkbox
          label="Replace a file that is there"
          checked={replace}
          onChange={event => setReplace(event.currentTarget.checked)}
        />
      </FailingForm>
    </Modal>
  )
}

export function LoadDialog() {
  const [from, setFrom] = useState('')
  return (
    <Modal opened onClose={closeDialog} title="Load images">
      <FailingForm
        verb="Load"
        isFit={from !== ''}
        run={() => inBackground(transfer('image.load', { from }, `Loaded ${from}`))}
      >
        <TextInput
          label="File"
          description="A tar as docker save makes it, by its whole path on this machine"
          placeholder="/home/ada/shop.tar"
          data-autofocus
          value={from}
          onChange={event => setFrom(event.currentTarget.value)}
        />
      </FailingForm>
    </Modal>
  )
}
