import { useEffect, useState } from 'react'
import type { Input } from '../../../shared/contract.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Progress } from '../../../shared/wire.ts'
import { launchVersion } from '../../commands/actions.ts'
import { tellDone } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { closeDialog } from '../../state/view.ts'

export type Left = NonNullable<Input<'snapshot.take'>['leaveOut']>
export type Chosen = NonNullable<Input<'snapshot.take'>['containers']>

type Phase =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly plan: Plan }
  | { readonly kind: 'running'; readonly plan: Plan; readonly progress: Progress | null; readonly isStopping: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }

interface Source {
  readonly from: Version | undefined
  readonly containers: Chosen
}

interface Taking {
  readonly phase: Phase
  take(more: { readonly note: string; readonly pause: boolean; readonly leaveOut: Left }): Promise<void>
  stop(): void
}

/** The plan of a snapshot, made anew whenever another container is chosen, and the taking of it. */
export function useSnapshot(fleet: string, { from, containers }: Source): Taking {
  const [phase, setPhase] = useState<Phase>({ kind: 'loading' })
  const [abort] = useState(() => new AbortController())

  useEffect(() => {
    const look = new AbortController()
    const { signal } = look
    call('snapshot.plan', { fleet, from, containers }, { signal }).then(
      plan => !signal.aborted && setPhase({ kind: 'ready', plan }),
      error => !signal.aborted && setPhase({ kind: 'failed', failure: toFailure(error) }),
    )
    // Looking through files takes a while, and nobody waits for it any more.
    return () => look.abort()
  }, [fleet, from, containers])

  return {
    phase,
    async take({ note, pause, leaveOut }) {
      if (phase.kind !== 'ready') return
      const { plan } = phase
      const onProgress = (progress: Progress | null) =>
        setPhase({ kind: 'running', plan, progress, isStopping: abort.signal.aborted })
      onProgress(null)
      try {
        const options = { signal: abort.signal, onProgress }
        const input = { fleet, note, pause, from, containers, leaveOut }
        const { snapshot, same } = await call('snapshot.take', input, options)
        closeDialog()
        tellTaken(snapshot.version, same)
      } catch (error) {
        const failure = toFailure(error)
        if (failure.code === 'cancelled') closeDialog()
        else setPhase({ kind: 'failed', failure })
      }
    },
    stop() {
      abort.abort()
      setPhase(now => (now.kind === 'running' ? { ...now, isStopping: true } : now))
    },
  }
}

function tellTaken(version: Version, isSame: boolean): void {
  if (isSame) {
    tellDone({ title: `Nothing differs from ${version}`, detail: 'So no new version was made' })
    return
  }
  const action = { verb: `Launch ${version}`, run: () => launchVersion(version) }
  tellDone({ title: `${version} is taken`, detail: 'Launch it beside the live version', action })
}
