import type { TableRoute } from '../../shared/table.ts'
import type { Refusal } from './head-parser.ts'
import type { Page } from './pages.ts'

const SHOWN_NAME = 100

export const slowPage: Page = { status: 408, title: 'Too slow', text: 'The request did not arrive in time.' }

export const malformedHostPage: Page = { status: 400, title: 'Refused', text: 'The Host of this request is malformed.' }

export const loopPage: Page = { status: 508, title: 'A loop', text: 'This request has come through this proxy before.' }

export function refusedPage(refusal: Pick<Refusal, 'status' | 'reason'> | undefined): Page {
  return {
    status: refusal?.status ?? 400,
    title: 'Refused',
    text: `The request was not passed on: ${refusal?.reason ?? ''}.`,
  }
}

export function unknownHostPage(authority: string): Page {
  const text = `No route has the hostname ${authority.slice(0, SHOWN_NAME)}.`
  return { status: 404, title: 'Nothing here', text }
}

export function nothingLivePage(route: TableRoute): Page {
  const text =
    route.version === null
      ? 'No version is live on this route. Switch it to one, and this page will answer.'
      : `${route.version} is live on this route, but none of its containers can be reached.`
  return { status: 503, title: route.title, text }
}

/** Nothing of the request has reached anybody: a refused connection may be tried again (RFC 9110 section 15.6.4). */
export function unreachablePage({ title }: TableRoute, isTimeout: boolean): Page {
  const text = isTimeout ? 'It did not accept the connection in time.' : 'It refused the connection.'
  return { status: isTimeout ? 504 : 503, title: `${title} cannot be reached`, text }
}

export function brokenOffPage({ title }: TableRoute): Page {
  return { status: 502, title: `${title} broke off`, text: 'It closed the connection before it answered.' }
}

export function brokenAnswerPage({ title }: TableRoute): Page {
  return { status: 502, title: `${title} gave a broken answer`, text: 'It is not valid HTTP and was not passed on.' }
}

export function noAnswerPage({ title }: TableRoute): Page {
  return { status: 504, title: `${title} did not answer`, text: 'It took longer than the proxy waits.' }
}

export function stoppedPage({ title }: TableRoute): Page {
  return { status: 502, title: `${title} was stopped`, text: 'The old version had no more time for this request.' }
}
