import type { Clock } from "../core/clock";
import type { PanosVariants } from "./variants";

/** The time that the daemon writes into files and their names. */
export class Stamps {
  constructor(
    readonly clock: Clock,
    readonly variants: PanosVariants,
  ) {}

  /** Milliseconds since the epoch, with a fraction. */
  now(): number {
    const { stamps, clockSkewSeconds } = this.variants;
    const base = stamps === "clock" ? this.clock.now() : performance.timeOrigin + performance.now();
    return base + clockSkewSeconds * 1_000;
  }

  /** As Python's isoformat puts it, which leaves out a fraction of zero, with a Z behind it. */
  text(now = this.now()): string {
    const micros = Math.floor((now % 1_000) * 1_000);
    const whole = new Date(now).toISOString().slice(0, 19);
    const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
    return `${whole}${fraction}${this.variants.timestampForm === "iso" ? "" : "+00:00"}Z`;
  }

  /** Such as 20261121_203609, for the name of a validation file. */
  name(): string {
    return new Date(this.now()).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
  }

  /** Such as 20261121, for the name of a log. */
  day(): string {
    return this.name().slice(0, 8);
  }
}
