import { z } from "zod";
import { matchesPath } from "./http";

/** What a fault does. "Applied" means that the service carries the request out before the fault strikes. */
export type FaultAction =
  /** Holds the request back for `ms` of real time, then goes on. */
  | { kind: "delay"; ms: number }
  /** Answers with this status; `applied` (default false) carries the request out first. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: unknown; applied?: boolean }
  /** Answers with an HTML page, as a front proxy does. Default status 502, not applied. */
  | { kind: "html"; status?: number; body?: string; applied?: boolean }
  /** Cuts the connection, not applied. */
  | { kind: "resetBeforeCommit" }
  /** Applied, then cuts the connection. */
  | { kind: "resetAfterCommit" }
  /** Never answers, not applied. */
  | { kind: "lostRequest" }
  /** Applied, then never answers. */
  | { kind: "lostResponse" }
  /** Expires every access token first; then handles the request as usual. */
  | { kind: "expireTokens" }
  /** Answers 429, not applied; `retryAfter` is seconds or the header's text. Without it there is no such header. */
  | { kind: "tooManyRequests"; retryAfter?: number | string }
  /** Applied, then answers with the first half of the JSON body. */
  | { kind: "truncatedJson" };

/** A fault: which requests it strikes, and how. Without a matcher it strikes all. */
export interface Fault {
  service?: string;
  method?: string;
  /** Path, route template, or regular expression (as an object or its source). */
  path?: string | RegExp;
  /** How many matching requests it strikes. Default: all. */
  times?: number;
  /** How many matching requests it lets pass first. Default 0. */
  after?: number;
  action: FaultAction;
}

/** A fault that was added. */
export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
  /** Matching requests so far, those let pass included. */
  matched: number;
  /** Requests struck so far. */
  struck: number;
  remove(): void;
}

const count = z.number().int().min(0);
const httpStatus = z.number().int().min(200).max(599);

/** Shape of a fault in JSON, as the control endpoint takes it. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  service: z.string().optional(),
  method: z.string().optional(),
  path: z.string().refine(isExpression, "is not a valid regular expression").optional(),
  times: count.optional(),
  after: count.optional(),
  action: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("delay"), ms: count }),
    z.strictObject({
      kind: z.literal("status"),
      status: httpStatus,
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
      applied: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal("html"),
      status: httpStatus.optional(),
      body: z.string().optional(),
      applied: z.boolean().optional(),
    }),
    z.strictObject({ kind: z.literal("resetBeforeCommit") }),
    z.strictObject({ kind: z.literal("resetAfterCommit") }),
    z.strictObject({ kind: z.literal("lostRequest") }),
    z.strictObject({ kind: z.literal("lostResponse") }),
    z.strictObject({ kind: z.literal("expireTokens") }),
    z.strictObject({ kind: z.literal("tooManyRequests"), retryAfter: z.union([z.number(), z.string()]).optional() }),
    z.strictObject({ kind: z.literal("truncatedJson") }),
  ]),
});

function isExpression(source: string): boolean {
  try {
    return matchesPath(source, [""]) || true;
  } catch {
    return false;
  }
}

/** The faults of one set of simulators. */
export class Faults {
  #active: ActiveFault[] = [];
  #lastId = 0;

  add(fault: Fault): ActiveFault {
    this.#lastId += 1;
    const active: ActiveFault = {
      id: this.#lastId,
      fault,
      matched: 0,
      struck: 0,
      remove: () => {
        this.#active = this.#active.filter((other) => other !== active);
      },
    };
    this.#active.push(active);
    return active;
  }

  list(): readonly ActiveFault[] {
    return this.#active;
  }

  clear(): void {
    this.#active = [];
  }

  /** The actions that strike this request: delays and token expiries add up, the first of the others decides. */
  strike(request: { service: string; method: string; paths: ReadonlyArray<string | undefined> }): FaultAction[] {
    const actions: FaultAction[] = [];
    let decided = false;
    for (const active of this.#active) {
      const { fault } = active;
      const decides = fault.action.kind !== "delay" && fault.action.kind !== "expireTokens";
      if (decides && decided) continue;
      if (fault.service !== undefined && fault.service !== request.service) continue;
      if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) continue;
      if (fault.path !== undefined && !matchesPath(fault.path, request.paths)) continue;
      active.matched += 1;
      if (active.matched <= (fault.after ?? 0) || active.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      active.struck += 1;
      actions.push(fault.action);
      decided ||= decides;
    }
    return actions;
  }
}
