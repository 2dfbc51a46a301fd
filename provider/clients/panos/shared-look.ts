import { type Clock, orAborted } from "../http/clock";
import type { CallOptions } from "./options";

/** A look at the directory that all who look at the same time share. */
export class SharedLook<T> {
  private last: { result: Promise<T>; beganAt: number } | undefined;
  private running: Promise<unknown> | undefined;
  private waiting: Promise<T> | undefined;

  /** `maxAgeMs`: how long a look answers others, counted from its beginning. */
  constructor(
    private readonly look: () => Promise<T>,
    private readonly clock: Clock,
    private readonly maxAgeMs: number,
  ) {}

  /** A look that began at most `maxAgeMs` ago. */
  recent({ signal }: CallOptions = {}): Promise<T> {
    const { last } = this;
    const answers = last !== undefined && this.clock.now() - last.beganAt <= this.maxAgeMs;
    return orAborted(answers ? last.result : this.begin(), signal);
  }

  /** A look that begins after this call. While one is under way, all who ask share the next one. */
  fresh({ signal }: CallOptions = {}): Promise<T> {
    if (!this.waiting) {
      this.waiting = (this.running ?? Promise.resolve()).then(() => {
        this.waiting = undefined;
        return this.begin();
      });
      // Whoever asks sees a failure itself; without anybody left it must not end the process.
      this.waiting.catch(() => {});
    }
    return orAborted(this.waiting, signal);
  }

  /** What was seen so far is out of date. */
  invalidate(): void {
    this.last = undefined;
  }

  private begin(): Promise<T> {
    const current = { result: this.look(), beganAt: this.clock.now() };
    this.last = current;
    const end = () => {
      if (this.running === ended) this.running = undefined;
    };
    // A failure is told to those who wait, and not kept.
    const ended = current.result.then(end, () => {
      if (this.last === current) this.last = undefined;
      end();
    });
    this.running = ended;
    return current.result;
  }
}
