import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import { shortVolume } from '../../../shared/rules/anonymous-volumes.ts'
import { isAnonymousVolume } from '../../../shared/rules/complete-run.ts'
import type { Parts } from '../parts.ts'

interface Mounted {
  readonly name: string
  readonly target: string
  readonly by: string
}

/** The containers of the data layer and all volumes with a name, which stay when a fleet goes, with bytes. */
export async function planOfKeptData(
  parts: Parts,
  { dataServices }: Pick<Fleet, 'dataServices'>,
  snapshots: readonly Snapshot[],
  signal: AbortSignal,
): Promise<Plan['steps']> {
  const [uses, rows] = await Promise.all([parts.engine.containerUses({ signal }), parts.engine.volumeRows({ signal })])
  const ofData = dataServices.flatMap(({ container, volumes = [] }): Mounted[] => {
    const mounted = uses.find(({ name }) => name === container)?.volumes ?? []
    const recorded = volumes.filter(({ name }) => rows.some(row => row.name === name))
    return [...recorded, ...mounted].map(({ name, target }) => ({ name, target, by: container }))
  })
  const ofServices = snapshots.flatMap(({ services }) =>
    services.flatMap(({ name: by, run }): Mounted[] =>
      run.mounts
        .filter(({ kind, source }) => kind === 'volume' && !isAnonymousVolume(source))
        .map(({ source, target }) => ({ name: source, target, by })),
    ),
  )
  const volumes = [...new Map([...ofServices, ...ofData].map(volume => [volume.name, volume])).values()]
  const sizes = volumes.length === 0 ? new Map<string, number>() : await parts.engine.volumeSizes({ signal })
  return [
    ...dataServices.map(({ name, container }) => ({
      action: 'keep' as const,
      what: name,
      detail: uses.some(use => use.name === container)
        ? `${container} and its volumes stay`
        : `${container} is not there; its volumes stay`,
    })),
    ...volumes.map(({ name, target, by }) => {
      const bytes = sizes.get(name)
      const what = isAnonymousVolume(name) ? `the anonymous volume ${shortVolume(name)}` : `the volume ${name}`
      const detail = `${target} of ${by}${bytes === undefined ? '' : `, ${bytesText(bytes)}`}`
      return { action: 'keep' as const, what, detail }
    }),
  ]
}
