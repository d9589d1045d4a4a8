import type { NetworkSummary, ThingsRemoved, VolumeSummary } from '../../shared/contract/volumes.ts'
import { call } from '../session.ts'
import { atPlace } from '../state/endpoints.ts'
import { openPlan } from '../state/plan.ts'
import { countWords, sizeWords } from '../words/amounts.ts'
import { tellDone } from './tell.tsx'

function titleOf(names: readonly string[], thing: string): string {
  return names.length === 1 ? `Remove the ${thing} ${names[0]}` : `Remove ${countWords(names.length, thing)}`
}

/** Volumes that a container uses stay. A fleet's volumes are removed only with `insist`, after a warning. */
export function removeVolumes(volumes: readonly Pick<VolumeSummary, 'name'>[], insist = false): void {
  const names = volumes.map(volume => volume.name)
  const input = { ...atPlace(), names, insist }
  openPlan({
    title: titleOf(names, 'volume'),
    verb: insist ? 'Remove it all the same' : 'Remove what nobody needs',
    isDangerous: true,
    load: signal => call('volume.removePlan', input, { signal }),
    run: async options => tellRemoved(await call('volume.remove', input, options), 'volume'),
    ...(insist
      ? {}
      : {
          otherwise: {
            on: 'refused',
            verb: 'Remove the data of the fleet, too',
            open: () => removeVolumes(volumes, true),
          },
        }),
  })
}

export function pruneVolumes(anonymousOnly: boolean): void {
  const input = { ...atPlace(), anonymousOnly }
  openPlan({
    title: anonymousOnly ? 'Prune volumes without a name' : 'Prune unused volumes',
    verb: 'Prune',
    isDangerous: true,
    load: async signal => {
      const { bytes, ...plan } = await call('volume.prunePlan', input, { signal })
      return plan.steps.length === 0 ? plan : { ...plan, summary: `${plan.summary}: ${sizeWords(bytes)}` }
    },
    run: async options => tellRemoved(await call('volume.prune', input, options), 'volume'),
  })
}

export function removeNetworks(networks: readonly NetworkSummary[]): void {
  const names = networks.map(network => network.name)
  const input = { ...atPlace(), names }
  openPlan({
    title: titleOf(names, 'network'),
    verb: 'Remove what nobody needs',
    isDangerous: true,
    load: signal => call('network.removePlan', input, { signal }),
    run: async options => tellRemoved(await call('network.remove', input, options), 'network'),
  })
}

export function pruneNetworks(): void {
  const place = atPlace()
  openPlan({
    title: 'Prune unused networks',
    verb: 'Prune',
    isDangerous: true,
    load: signal => call('network.prunePlan', place, { signal }),
    run: async options => tellRemoved(await call('network.prune', place, options), 'network'),
  })
}

function tellRemoved({ removed, kept, freedBytes }: ThingsRemoved, thing: string): void {
  const freed = freedBytes === null ? [] : [`${sizeWords(freedBytes)} freed`]
  const stayed = kept.length === 0 ? [] : [`${countWords(kept.length, thing)} stayed: ${kept[0]?.why}`]
  tellDone({ title: `${countWords(removed.length, thing)} removed`, detail: [...freed, ...stayed].join('. ') })
}
