import { kindOfStatus, type VendorError, type VendorErrorDetails } from "./errors";
import type { Redactor } from "./redact";
import { parseRetryAfter } from "./retry";
import { isHtml, quote, wordsOfJson } from "./text";
import type { RawReply } from "./transport";

/** A successful answer: any 2xx, with or without a body. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The Set-Cookie headers. */
  readonly cookies: readonly string[];
  /** The body as it came. */
  readonly text: string;
  /** The body parsed; undefined if it is empty. Throws a `VendorError` of kind "not-json". */
  json(): unknown;
}

/** What a judgement depends on besides the reply. */
export interface JudgeContext {
  system: string;
  /** The call was meant to change something. */
  write: boolean;
  /** The vendor's own words in a JSON error body, if they are in an unusual place. */
  wordsOf?: (body: unknown) => string | undefined;
  redactor: Redactor;
  /** Milliseconds since the epoch. */
  now: number;
}

const transientStatus: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const pageHint = "Check the address, HTTPS_PROXY and NO_PROXY, and whether this network asks for a login of its own.";

/** Why a reply is a failure, as far as the reply tells. */
export type ReplyFailure = Omit<VendorErrorDetails, "system">;

/**
 * A vendor's own judgement, for APIs whose body counts for more than the status: why the reply is a failure, or that it
 * is to be read. Undefined leaves it to `judgeReply`.
 */
export type Judge = (raw: RawReply) => ReplyFailure | "read" | undefined;

/** Why a reply is a failure; undefined if it is a success. */
export function judgeReply(raw: RawReply, context: JudgeContext): ReplyFailure | undefined {
  const { status, headers } = raw;
  const page = isHtml(headers["content-type"], raw.text);
  if (status >= 200 && status < 300) {
    if (!page) return undefined;
    const reason = "a web page came back in place of an answer, probably from a proxy or captive portal";
    const vendorMessage = words(raw, page, context);
    return { kind: "not-json", status, reason, vendorMessage, ambiguous: context.write, hint: pageHint };
  }
  if (status < 400) {
    // Not followed: the credentials would go along.
    const reason = `it points to another address, ${quote(headers.location ?? "which it does not name")}`;
    return { kind: "rejected", status, reason, hint: pageHint };
  }
  const limited = status === 429 || status === 503;
  return {
    // Only the service itself may say that something is gone, not a web server in front of it.
    kind: page && status === 404 ? "not-json" : kindOfStatus(status),
    status,
    vendorMessage: words(raw, page, context),
    transient: transientStatus.has(status),
    ambiguous: context.write && status >= 500,
    retryAfterMs: limited ? parseRetryAfter(headers["retry-after"], context.now) : undefined,
    hint: page ? `A web page came back, not an answer of ${context.system}. ${pageHint}` : undefined,
  };
}

function words(raw: RawReply, page: boolean, context: JudgeContext): string | undefined {
  if (raw.text.trim() === "") return undefined;
  // Redacted before it is cut, or half a secret would remain.
  return quote(context.redactor.redact(page ? raw.text : (wordsOfBody(raw.text, context) ?? raw.text)), page);
}

function wordsOfBody(text: string, context: JudgeContext): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return context.wordsOf?.(body) ?? wordsOfJson(body);
  } catch {
    // Plain text speaks for itself.
    return undefined;
  }
}

/** The value of a JSON text, undefined if it is empty. Throws what `fail` makes of it. */
export function parseJson(text: string, fail: (reason: string) => VendorError): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw fail("the answer is not valid JSON, perhaps it was cut short");
  }
}
