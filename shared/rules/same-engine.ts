/** The identity of an engine. */
export interface EngineMark {
  readonly engineId: string | null
  /** Tells its data from another engine's with the same id; null where that is not known. */
  readonly dataId: string | null
}

/** Whether two endpoints lead to one engine. Two that share a machine may bear one id, and keep their data apart. */
export function isSameEngine(one: EngineMark, other: EngineMark): boolean {
  if (one.engineId === null || one.engineId !== other.engineId) return false
  return one.dataId === null || other.dataId === null || one.dataId === other.dataId
}
