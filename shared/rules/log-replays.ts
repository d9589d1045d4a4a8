/** Identifies a line of a container's log. `time` is in nanoseconds since the epoch, `length` in bytes. */
interface LogMoment {
  readonly stream: 'out' | 'err'
  readonly time: bigint
  readonly length: number
}

/**
 * Tells new lines of a container's log from those that an engine sends again: the last ones when its log file is rotated
 * while it is followed, and those from before `since` when it is asked anew. `captured` lists the lines that were
 * captured from a moment on; `newest` is the time of the last one before, null where there is none.
 *
 * A line that is no later than the newest of its stream may be a replay. It is one where a line of the same time and
 * length was captured; each captured line answers for one, so that a clock that was set back loses nothing.
 */
export function createReplayFilter(
  captured: (from: bigint) => readonly LogMoment[],
  newest: bigint | null,
): (line: LogMoment) => boolean {
  const newestOf = { out: newest ?? -1n, err: newest ?? -1n }
  let replay: { readonly from: bigint; readonly left: Map<string, number> } | undefined

  function isReplay(line: LogMoment): boolean {
    if (replay === undefined || line.time < replay.from)
      replay = { from: line.time, left: countLines(captured(line.time)) }
    const key = keyOf(line)
    const count = replay.left.get(key) ?? 0
    if (count > 0) replay.left.set(key, count - 1)
    return count > 0
  }

  return line => {
    if (line.time <= newestOf[line.stream]) return !isReplay(line)
    newestOf[line.stream] = line.time
    replay = undefined
    return true
  }
}

function countLines(lines: readonly LogMoment[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1)
  return counts
}

function keyOf({ stream, time, length }: LogMoment): string {
  return `${stream} ${time} ${length}`
}
