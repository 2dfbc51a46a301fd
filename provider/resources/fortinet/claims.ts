/** What resources of this run have made or taken over, by its id: a delete that comes later in the run spares it. */
export class Claims<Id> {
  private readonly claimed = new Set<Id>();

  /**
   * A resource of this run owns it from now on.
   * @throws Error when another one does already
   */
  claim(id: Id, what: string): void {
    if (this.claimed.has(id)) {
      throw new Error(`${what} is the same as another one of this program (${id}); remove one of the two`);
    }
    this.claimed.add(id);
  }

  has(id: Id): boolean {
    return this.claimed.has(id);
  }
}
