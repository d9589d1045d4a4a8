/** The daemon's answer is no. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function refuse(status: number, message: string): never {
  throw new Refusal(status, message)
}

/** Tells who follows the events. */
export type Tell = (
  type: 'container' | 'image' | 'network' | 'volume',
  action: string,
  id: string,
  attributes: Readonly<Record<string, string>>,
) => void
