import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "./engine";

/** The engine is done with a preview's other resources when it has asked for nothing during this time. */
const quietMs = 300;

/**
 * Shows the problems of all resources in one preview. The engine stops at the first failure, so the first one is held
 * back until the engine has nothing else to ask; the others are told as errors on their own rows meanwhile.
 */
export class PreviewProblems {
  private activity = 0;
  private holding = false;
  private readonly told = new Set<string>();

  constructor(private readonly engine: Engine) {}

  /** Notes that the engine is still asking. */
  touch(): void {
    this.activity++;
  }

  /** Returns for every resource but the first, which fails with its problem once all others had their turn. */
  async report(error: Error, urn: string | undefined, cancel: AbortSignal): Promise<void> {
    const repeated = this.told.has(error.message);
    this.told.add(error.message);
    if (this.holding) {
      if (!repeated) await this.engine.log("error", error.message, urn);
      return;
    }
    this.holding = true;
    try {
      for (let seen = -1; seen !== this.activity && !cancel.aborted; ) {
        seen = this.activity;
        await sleep(quietMs, undefined, { signal: cancel }).catch(() => {});
      }
    } finally {
      this.holding = false;
    }
    throw error;
  }
}
