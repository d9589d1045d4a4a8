import type { ContainerInspection, ImageLayer, ListedContainer } from '../../../shared/contract/containers.ts'
import type { Emit, Item } from '../../../shared/contract.ts'
import { toFailure } from '../../../shared/failure.ts'
import { maskPair, maskText } from '../../../shared/rules/secrets.ts'
import { maskArguments, maskJson, maskRun } from '../../../shared/rules/secrets-shown.ts'
import type { Parts } from '../parts.ts'
import { findContainer, foundAmong } from './container-act.ts'
import { containersSeen } from './container-list.ts'

/** A container from near, with everything masked that looks like a secret. */
export async function inspectContainer(
  parts: Parts,
  wanted: string,
  signal: AbortSignal,
): Promise<ContainerInspection> {
  const listed = await containerSeen(parts, wanted)
  const [detail, { createdAt: _, graceMs: __, raw, healthLog, ...story }] = await Promise.all([
    parts.engine.inspectContainer(listed.id, { signal }),
    parts.engine.containerStory(listed.id, { signal }),
  ])
  return {
    ...story,
    listed,
    run: maskRun(detail.run),
    labels: [...detail.labels].map(([name, value]) => [name, maskPair(name, value)]),
    networks: detail.networks.map(network => ({ ...network, aliases: [...network.aliases] })),
    error: maskText(story.error),
    healthLog: healthLog.map(run => ({ ...run, output: maskText(run.output) })),
    json: JSON.stringify(maskJson(raw), null, 2),
  }
}

/** The layers of a container's image, newest first. */
export async function layersOf(parts: Parts, wanted: string, signal: AbortSignal): Promise<ImageLayer[]> {
  const { imageId } = await containerSeen(parts, wanted)
  const steps = await parts.engine.imageSteps(imageId, { signal })
  return steps.map(({ createdAt, createdBy, comment, bytes, tags }) => ({
    createdAt,
    createdBy: maskText(createdBy),
    comment: maskText(comment),
    bytes,
    tags: [...tags],
  }))
}

/** How often the processes are read while somebody looks. Milliseconds. */
const LOOK_MS = 2_000

/** The processes of a container, again and again until nobody looks; only what is something else than before. */
export function followProcesses(parts: Parts, wanted: string, emit: Emit<Item<'container.processes'>>): () => void {
  const abort = new AbortController()
  let told = ''
  const look = async () => {
    while (!abort.signal.aborted) {
      const seen = await processesOf(parts, wanted, abort.signal)
      const text = JSON.stringify(seen)
      if (text !== told && !abort.signal.aborted) emit(seen)
      told = text
      await parts.wait(LOOK_MS, abort.signal)
    }
  }
  look().catch(error => {
    if (!abort.signal.aborted) parts.log('processes could not be followed', { error })
  })
  return () => abort.abort()
}

async function processesOf(parts: Parts, wanted: string, signal: AbortSignal): Promise<Item<'container.processes'>> {
  try {
    const { titles, processes } = await parts.engine.processes(wanted, { signal })
    // The last column is the command line.
    const shown = processes.map(row => row.map((cell, index) => (index === row.length - 1 ? commandOf(cell) : cell)))
    return { titles: [...titles], processes: shown, failure: null }
  } catch (error) {
    return { titles: [], processes: [], failure: toFailure(error) }
  }
}

function commandOf(line: string): string {
  return maskText(maskArguments(line.split(' ')).join(' '))
}

/** The container in the last list; one that was made a moment ago needs a new list. */
export async function containerSeen(parts: Parts, wanted: string): Promise<ListedContainer> {
  const found = foundAmong(containersSeen(parts) ?? [], wanted)
  if (found !== undefined) return found
  await parts.observed.refresh()
  return findContainer(containersSeen(parts) ?? [], wanted)
}
