import { Button, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RequestState } from '../state/use-request.ts'
import classes from './components.module.css'
import { Problem } from './problem.tsx'

interface Props<T> {
  readonly asked: RequestState<T>
  readonly onAgain: () => void
  readonly children: (value: T) => ReactNode
}

/** Shows an answer: a skeleton while it loads, its content, or its failure with a button to ask again. */
export function Answer<T>({ asked, onAgain, children }: Props<T>) {
  if (asked.state === 'waiting') return <Skeleton m="md" height={200} />
  if (asked.state === 'here') return children(asked.value)
  return (
    <div className={classes.failed}>
      <Problem failure={asked.failure}>
        <Button mt={8} onClick={onAgain}>
          Try again
        </Button>
      </Problem>
    </div>
  )
}
