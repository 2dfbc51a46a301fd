/** What resources of this run have made, changed or taken over, by its id: a delete that comes later in the run spares it. */
export class Claims<Id> {
  private readonly claimed = new Set<Id>();

  /** @param kind what the vendor calls the id, such as `oid`, where a refusal is to say it */
  constructor(private readonly kind?: string) {}

  /**
   * A resource of this run owns it from now on.
   * @throws Error when another one does already
   */
  claim(id: Id, what: string): void {
    if (this.claimed.has(id)) {
      const named = this.kind === undefined ? id : `${this.kind} ${id}`;
      throw new Error(`${what} is the same as another one of this program (${named}); remove one of the two`);
    }
    this.claimed.add(id);
  }

  /** The same where several resources may have a part in it. */
  share(id: Id): void {
    this.claimed.add(id);
  }

  has(id: Id): boolean {
    return this.claimed.has(id);
  }

  /** It was deleted: the vendor may give its id to another. */
  release(id: Id): void {
    this.claimed.delete(id);
  }
}
