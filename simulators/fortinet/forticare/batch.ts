import { type Answer, broken, success } from "./envelope";
import type { ForticareVariants } from "./variants";

type Wire = Record<string, unknown>;

/** What becomes of a unit: it failed, with what the reply says of it; or it can be carried out, which tells how to show it. */
export type UnitOutcome = { failed: Wire } | { apply(): () => Wire };

/** Carries a batch out as far as its failures allow, and answers with one entry for each unit that was tried. */
export function batchAnswer(outcomes: UnitOutcome[], variants: ForticareVariants): Answer {
  const allowed = variants.limits.errorsPerBatch || Number.POSITIVE_INFINITY;
  let failures = outcomes.filter((outcome) => "failed" in outcome).length;
  let tried = outcomes;
  if (failures > allowed) {
    const errors = variants.countUnitErrors === "each" ? failures : 1;
    if (variants.batchOverflow === "rejectAll")
      return { ...broken(`More than ${allowed} units of the batch failed.`).answer({ assets: null }), errors };
    tried = untilFailure(outcomes, allowed + 1);
    failures = allowed;
  }
  const shown = tried.map((outcome) => ("failed" in outcome ? () => outcome.failed : outcome.apply()));
  // Shown last: a later unit of the batch may add a contract to the same product.
  const payload = { assets: shown.map((show) => show()) };
  if (failures === 0) return success(payload);
  return {
    http: variants.partialFailureHttp,
    status: 2,
    message: "Failed",
    error: { errorCode: 301, message: "Failed" },
    payload,
    applied: tried.length > failures,
    errors: variants.countUnitErrors === "each" ? failures : 1,
  };
}

/** The outcomes before the `count`th failure. */
function untilFailure(outcomes: UnitOutcome[], count: number): UnitOutcome[] {
  let failures = 0;
  const end = outcomes.findIndex((outcome) => "failed" in outcome && ++failures === count);
  return outcomes.slice(0, end);
}
