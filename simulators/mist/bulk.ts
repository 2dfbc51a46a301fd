import type { SimReply } from "../core/http";
import type { Body } from "./types";
import type { MistVariants } from "./variants";

/** What became of each item of a bulk call. */
export class BulkResult {
  readonly success: string[] = [];
  readonly errors: Array<{ item: string; reason: string }> = [];

  fail(item: string, reason: string): void {
    this.errors.push({ item, reason });
  }

  /** `error` and `reason` as the reply has them: of the same length, or not. */
  failures({ bulkReasons }: MistVariants): { error: string[]; reason: string[] } {
    const reasons = this.errors.map(({ reason }) => reason);
    const told = { each: reasons, first: reasons.slice(0, 1), none: [] }[bulkReasons];
    return { error: this.errors.map(({ item }) => item), reason: told };
  }

  /** The reply to an inventory change; the status depends on how much of it failed. */
  reply(op: string, variants: MistVariants, applied: number): SimReply {
    const json: Body = { op, success: this.success, ...this.failures(variants) };
    const failed = this.errors.length > 0;
    const partial = failed && applied > 0;
    const status = partial ? variants.bulkPartialHttp : failed ? variants.bulkFailedHttp : 200;
    return { status, json, applied: applied > 0 || !failed };
  }
}
