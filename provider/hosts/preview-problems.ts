import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "../core/resource";
import type { Engine } from "./engine";
import { failureText } from "./failures";

/** The engine is done with a preview's other resources when it has asked for nothing during this time. */
const quietMs = 300;

/** What fails a preview: about one resource, or about the run as a whole, in a sentence for when all is known. */
type Problem = Error | (() => string);

/**
 * Shows the problems of all resources in one preview. The engine stops at the first failure, so the first one is held
 * back until the engine has nothing else to ask; the others are told as errors on their own rows meanwhile.
 */
export class PreviewProblems {
  private activity = 0;
  private holding = false;
  private readonly told = new Set<string | (() => string)>();
  /** Those about the whole run that came while another one was held, by the rows that brought them. */
  private readonly overall = new Map<() => string, string>();

  constructor(private readonly engine: Engine) {}

  /** Notes that the engine is still asking. */
  touch(): void {
    this.activity++;
  }

  /**
   * Tells what a look at one resource finds, on its row. Fails with the first problem of all, once all others are told;
   * undefined when the look itself was a problem and another one fails the preview.
   */
  async tell<Found extends Plan<object>>(
    look: () => Promise<Found>,
    urn: string,
    cancel: AbortSignal,
  ): Promise<Found | undefined> {
    let found: Found | undefined;
    const problems: Problem[] = [];
    try {
      found = await look();
      if (found.problems?.length) problems.push(new Error(found.problems.join("\n")));
      problems.push(...(found.overall ?? []));
    } catch (error) {
      problems.push(error instanceof Error ? error : new Error(failureText(error)));
    }
    await this.report(problems, urn, cancel);
    for (const warning of found?.warnings ?? []) void this.engine.log("warning", warning, urn);
    return found;
  }

  /** Returns for every resource but the first, which fails with its problem once all others had their turn. */
  private async report(problems: readonly Problem[], urn: string, cancel: AbortSignal): Promise<void> {
    if (problems.length === 0) return;
    const [first] = problems;
    const held = this.holding ? undefined : first;
    this.holding = true;
    const fresh = problems.filter((problem) => !this.told.has(keyOf(problem)));
    for (const problem of fresh) {
      this.told.add(keyOf(problem));
      if (problem === held) continue;
      if (typeof problem === "function") this.overall.set(problem, urn);
      else await this.engine.log("error", problem.message, urn);
    }
    if (held) await this.failAtEnd(held, cancel);
  }

  private async failAtEnd(problem: Problem, cancel: AbortSignal): Promise<never> {
    try {
      for (let seen = -1; seen !== this.activity && !cancel.aborted; ) {
        seen = this.activity;
        await sleep(quietMs, undefined, { signal: cancel }).catch(() => {});
      }
    } finally {
      this.holding = false;
    }
    for (const [sentence, row] of this.overall) await this.engine.log("error", sentence(), row);
    this.overall.clear();
    throw typeof problem === "function" ? new Error(problem()) : problem;
  }
}

function keyOf(problem: Problem): string | (() => string) {
  return typeof problem === "function" ? problem : problem.message;
}
