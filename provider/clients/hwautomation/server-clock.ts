/** The service's clock, as the Date headers of its answers tell it. */
export class ServerClock {
  private offsetMs: number | undefined;

  /** @param now when the answer came, by our clock, in milliseconds since the epoch */
  heard(date: string | undefined, now: number): void {
    const told = Date.parse(date ?? "");
    if (!Number.isNaN(told)) this.offsetMs = told - now;
  }

  /** A time of ours by the service's clock: exact to a second, early rather than late. Ours where it never told its own. */
  at(time: number): number {
    return time + (this.offsetMs ?? 0);
  }
}
