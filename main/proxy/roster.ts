/** A member of a roster, which keeps its index there. */
export interface Member {
  place: number
}

/**
 * The members of the moment, where many come and go. A Set would do the same, but V8 links each table that a set outgrew to
 * the next: one that has grown old keeps all later ones, and all who were in them, until the whole heap is collected.
 */
export class Roster<T extends Member> {
  private readonly members: T[] = []

  get size(): number {
    return this.members.length
  }

  add(member: T): void {
    member.place = this.members.push(member) - 1
  }

  /** False when it was not there. */
  delete(member: T): boolean {
    const { place } = member
    if (this.members[place] !== member) return false
    const last = this.members.pop()
    if (last === undefined || last === member) return true
    this.members[place] = last
    last.place = place
    return true
  }

  /** Each of them, also where some leave meanwhile: those who take the place of one that left were seen before. */
  *[Symbol.iterator](): Generator<T> {
    for (let place = this.members.length - 1; place >= 0; place--) {
      const member = this.members[place]
      if (member !== undefined) yield member
    }
  }
}
