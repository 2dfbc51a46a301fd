import type { VendorError } from "../http/errors";
import type { Redactor } from "../http/redact";
import { type Judge, judgeReply, type ReplyFailure } from "../http/reply";
import { quote } from "../http/text";

/** Name of the service in errors. */
export const system = "Mist";

/** What Mist says in the body of an error: `detail` and `reason`, or what is wrong with which field. */
export function wordsOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if (Array.isArray(body)) return joined(body.map(textOf), ", ");
  const { detail, reason, ...others } = body as Record<string, unknown>;
  const said = joined([textOf(detail), textOf(reason)], ": ");
  if (said) return said;
  // A form that is not documented, but common with the framework that the answers look like.
  return joined(
    Object.entries(others).map(([field, value]) => {
      const problem = Array.isArray(value) ? textOf(value) : undefined;
      return problem && `${field}: ${problem}`;
    }),
    "; ",
  );
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() || undefined;
  return typeof value === "object" ? wordsOf(value) : undefined;
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.filter(Boolean).join(separator) || undefined;
}

/** What the user can do about a failure. */
export function hintFor(failure: VendorError): string | undefined {
  switch (failure.kind) {
    case "forbidden":
      return failure.method === "GET"
        ? "Check the privileges of the API token or user: it must at least read this organization or site."
        : "Check the privileges of the API token or user: it needs the role write or admin in this organization or site.";
    case "rate-limited":
      return failure.status === 429 && failure.retryAfterMs === undefined
        ? "Mist allows 5,000 calls an hour and counts anew from every full hour."
        : undefined;
    default:
      return undefined;
  }
}

/** What a judgement of Mist's answers depends on. */
export interface JudgeTerms {
  redactor: Redactor;
  write: boolean;
  /** The call is made in a session, whose CSRF token may have become void. */
  session: boolean;
  now: () => number;
}

/** How one call's answers are judged: as those of any service, but for what only Mist does. */
export function judgeMist(terms: JudgeTerms): Judge {
  const { redactor, write, session } = terms;
  let refusals = 0;
  return (raw) => {
    const failure = judgeReply(raw, { system, write, wordsOf, redactor, now: terms.now() });
    if (!failure) return undefined;
    if (failure.kind === "not-found" && !isJson(raw.text)) return notFromMist(failure, redactor.redact(raw.text));
    if (session && failure.kind === "forbidden" && /\bcsrf\b/i.test(raw.text))
      return { ...failure, kind: "unauthorized" };
    // Without a Retry-After the usual backoff would be too short for an hourly limit.
    if (raw.status === 429) return { ...failure, retryAfterMs: failure.retryAfterMs ?? 5_000 * 2 ** refusals++ };
    return failure;
  };
}

/** Only Mist itself may say that something is gone, and it says so in JSON or in no words at all. */
function notFromMist(failure: ReplyFailure, text: string): ReplyFailure {
  const reason = "the answer is not one of Mist, perhaps of a proxy";
  return { ...failure, kind: "not-json", reason, vendorMessage: quote(text) };
}

function isJson(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
