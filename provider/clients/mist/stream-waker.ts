import { hasFailed, isUnderWay, updateFrom } from "./device-states";
import { normalizeMac } from "./normal";
import type { Row } from "./pages";
import type { MistStream } from "./stream";

/** What is waited for, and where it would be told. */
export interface WakeOptions {
  channels: readonly string[];
  /** MACs of those that have not ended, as far as a look has told; undefined where nothing tells them: then any may be one. */
  pending(): ReadonlySet<string> | undefined;
  /** The least time between two wakes, in milliseconds: with them nobody looks more often than without. */
  leastMs: number;
}

/** Devices that end together are looked at together. */
const settleMs = 500;
/** So long it goes on listening between two waits. */
const lingerMs = 5_000;

/** Tells from the stream when all that is waited for may have ended, so that nobody need look before. */
export class Waker {
  private readonly busy = new Set<string>();
  private readonly ended = new Set<string>();
  private leave: (() => void) | undefined;
  private linger: NodeJS.Timeout | undefined;
  private resolve: (() => void) | undefined;
  private due: NodeJS.Timeout | undefined;
  private notBefore = 0;

  constructor(
    private readonly stream: Pick<MistStream, "listen" | "hears" | "mayHear">,
    private readonly options: WakeOptions,
  ) {}

  /**
   * Resolves when it is time to look: while the stream is not heard yet, or not again, as soon as it would be without it.
   * Undefined where the stream will not tell.
   */
  wake(signal: AbortSignal): Promise<void> | undefined {
    const { channels, leastMs } = this.options;
    const mayHear = channels.length > 0 && channels.every((channel) => this.stream.mayHear(channel));
    // All have ended by what was heard, but not by what was seen: the API is a little behind.
    const isBehind = this.notBefore > 0 && this.options.pending() !== undefined && this.isTime();
    if (!mayHear || isBehind) return undefined;
    this.listen();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.resolve = resolve;
    const isHeard = () => channels.every((channel) => this.stream.hears(channel));
    const unheard = setTimeout(() => isHeard() || resolve(), leastMs).unref();
    signal.addEventListener("abort", () => this.rest(unheard), { once: true });
    if (this.options.pending() && this.isTime()) this.ring();
    return promise;
  }

  private listen(): void {
    clearTimeout(this.linger);
    if (this.leave) return;
    const leaves = this.options.channels.map((channel) => this.stream.listen(channel, (data) => this.heard(data)));
    this.leave = () => {
      for (const leave of leaves) leave();
    };
  }

  private rest(unheard: NodeJS.Timeout): void {
    this.resolve = undefined;
    clearTimeout(unheard);
    clearTimeout(this.due);
    this.linger = setTimeout(() => {
      this.leave?.();
      this.leave = undefined;
    }, lingerMs).unref();
  }

  private heard(data: Row): void {
    const name = typeof data.mac === "string" ? normalizeMac(data.mac) : String(data.id ?? "");
    const pending = this.options.pending();
    if (pending && !pending.has(name)) return;
    const update = updateFrom(data.fwupdate);
    const isAway = data.status === "upgrading" || data.status === "disconnected";
    const isBusy = !hasFailed(update) && (data.upgrading === true || isUnderWay(update) || isAway);
    if (isBusy) {
      this.busy.add(name);
      this.ended.delete(name);
      return;
    }
    // What says nothing of its firmware is no end, nor is what has not begun.
    const says = update.status !== undefined || data.version !== undefined || data.status !== undefined;
    if (!says || !this.busy.delete(name)) return;
    this.ended.add(name);
    if (this.isTime()) this.ring();
  }

  private isTime(): boolean {
    const pending = this.options.pending();
    return !pending || [...pending].every((name) => this.ended.has(name));
  }

  private ring(): void {
    clearTimeout(this.due);
    const now = Date.now();
    const wait = () => {
      this.notBefore = Date.now() + this.options.leastMs;
      this.resolve?.();
    };
    this.due = setTimeout(wait, Math.max(settleMs, this.notBefore - now)).unref();
  }
}
