/** How a device ended: `pending` means written, and to be rebooted by somebody. */
export type End = "upgraded" | "skipped" | "failed" | "pending";

/** How many failures stop a rollout: `maxFailures` within each phase if given, else a share of all devices. */
export interface Tolerance {
  maxFailures?: readonly number[];
  maxFailurePercentage?: number;
}

/** Takes devices through their upgrade, phase after phase; too many failures, or a cancellation, stop what has not begun. */
export class Rollout {
  /** 1 for the first phase; 0 before it. */
  phase = 0;
  halted = false;
  cancelled = false;
  finished = false;
  readonly #open = new Set<string>();
  readonly #total: number;
  #failures = 0;
  #phaseFailures = 0;
  #starting = false;

  constructor(
    readonly phases: readonly (readonly string[])[],
    private readonly tolerance: Tolerance,
    /** Starts one device; `settle` is called once when it has ended. */
    private readonly start: (key: string, settle: (end: End) => void) => void,
    private readonly onFinished: () => void,
  ) {
    this.#total = phases.reduce((sum, { length }) => sum + length, 0);
  }

  begin(): void {
    this.#goOn();
  }

  /** What is in flight goes on; nothing else starts. */
  cancel(): void {
    this.cancelled = true;
    this.#goOn();
  }

  #goOn(): void {
    while (!this.finished && !this.#starting && this.#open.size === 0) {
      const keys = this.phases[this.phase];
      if (!keys || this.halted || this.cancelled) {
        this.finished = true;
        this.onFinished();
      } else {
        this.phase += 1;
        this.#phaseFailures = 0;
        this.#startAll(keys);
      }
    }
  }

  #startAll(keys: readonly string[]): void {
    this.#starting = true;
    for (const key of keys) {
      if (this.halted) break;
      this.#open.add(key);
      this.start(key, (end) => this.#settle(key, end));
    }
    this.#starting = false;
  }

  #settle(key: string, end: End): void {
    this.#open.delete(key);
    if (end === "failed") {
      this.#failures += 1;
      this.#phaseFailures += 1;
      this.halted ||= this.#tooMany();
    }
    this.#goOn();
  }

  #tooMany(): boolean {
    const { maxFailures, maxFailurePercentage } = this.tolerance;
    const allowed = maxFailures?.[this.phase - 1];
    if (allowed !== undefined) return this.#phaseFailures > allowed;
    return maxFailurePercentage !== undefined && (this.#failures * 100) / this.#total > maxFailurePercentage;
  }
}
