import type { Redactor } from "../http/redact";
import type { Judge, ReplyFailure } from "../http/reply";
import { parseRetryAfter } from "../http/retry";
import { isHtml, quote } from "../http/text";
import type { RawReply } from "../http/transport";
import { causeOf } from "./forticare-causes";

/** What every reply of FortiCare is wrapped in. */
export interface Envelope {
  /** 0 is success. Undefined if there is none. */
  status: number | undefined;
  /** 101 something is missing, 102 bad value, 201 token, 202 permission, 301 business rule. */
  errorCode: number | undefined;
  failed: boolean;
  /** Why it failed. */
  words: string;
  /** The whole body, but for the token that FortiCare echoes. */
  body: Record<string, unknown>;
}

/** How one call is judged. */
export interface Terms {
  write: boolean;
  /** A failure that comes with results for each unit is to be read. */
  units?: boolean;
  /** What a business rule forbids means that the object is not there. */
  missing?: boolean;
  redactor: Redactor;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** What a refusal because of a limit comes to; `Retry-After` asks for so many milliseconds, if for any. */
  throttled: (retryAfterMs: number | undefined) => ReplyFailure;
}

/** The envelope of a JSON text; undefined if it is none. */
export function readEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { token: _, ...body } = value as Record<string, unknown>;
  const { error, message } = body;
  const inner: Record<string, unknown> =
    typeof error === "object" && error !== null ? (error as Record<string, unknown>) : { message: error };
  const words = [inner.message, message].find((part): part is string => typeof part === "string" && part.trim() !== "");
  return {
    status: integerOf(body.status),
    errorCode: integerOf(inner.errorCode),
    failed: error !== null && error !== undefined && error !== "",
    words: words?.trim() ?? "",
    body,
  };
}

function integerOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

const badToken = /invalid security token|provide token/i;
const denied = /access denied|no permission/i;
const limit = /\blimit|exceeded|too many/i;
// Words of validation speak of limits too, such as those of a length.
const callLimit = /\b(?:call|request|error|rate)s?\b.{0,20}\blimit|limit exceeded|too many (?:call|request|error)/i;
const ruleCodes: ReadonlySet<number | undefined> = new Set([101, 102, 301]);

/** Judges by the error code first, by the HTTP status second. What is no envelope is left to others. */
export function judgeBy(terms: Terms): Judge {
  return (raw) => {
    const page = isHtml(raw.headers["content-type"], raw.text);
    const envelope = page ? undefined : readEnvelope(raw.text);
    if (raw.status === 429) return throttle(raw, envelope?.words, terms);
    if (envelope) return judge(raw, envelope, terms);
    return page ? undefined : withoutEnvelope(raw, terms);
  };
}

function judge(raw: RawReply, envelope: Envelope, terms: Terms): ReturnType<Judge> {
  const { status, errorCode, failed, words, body } = envelope;
  const ok = raw.status >= 200 && raw.status < 300;
  if (ok && status === 0 && !failed) return "read";
  if (errorCode === 201 || badToken.test(words)) return { ...facts(raw, words, terms), kind: "unauthorized" };
  if (errorCode === 202 || denied.test(words)) return { ...facts(raw, words, terms), kind: "forbidden" };
  const limits = ruleCodes.has(errorCode) ? callLimit : limit;
  if (status !== 0 && limits.test(words)) return throttle(raw, words, terms);
  if (terms.units && Array.isArray(body.assets) && body.assets.length > 0) return "read";
  if (ok && status === undefined && !failed) return noEnvelope(raw, terms);
  return { ...facts(raw, words, terms), ...failureOf(raw, envelope, terms) };
}

function facts(raw: RawReply, words: string | undefined, { redactor }: Terms) {
  return { status: raw.status, vendorMessage: words ? quote(redactor.redact(words)) : undefined };
}

function throttle(raw: RawReply, words: string | undefined, terms: Terms): ReplyFailure {
  const retryAfterMs = parseRetryAfter(raw.headers["retry-after"], terms.now());
  return { ...facts(raw, words, terms), ...terms.throttled(retryAfterMs) };
}

function failureOf(raw: RawReply, { status, errorCode, words }: Envelope, terms: Terms): ReplyFailure {
  if (!ruleCodes.has(errorCode)) {
    if (raw.status === 401) return { kind: "unauthorized" };
    if (raw.status === 403) return { kind: "forbidden" };
    if (raw.status >= 500) return { kind: "server", transient: true, ambiguous: terms.write };
  }
  const rule = errorCode === 301 || status === -2;
  if ((raw.status === 404 || raw.status === 410) && !rule) return noSuchPath(raw);
  const code = causeOf(words);
  if (terms.missing && rule && code === undefined) return { kind: "not-found" };
  const reason = errorCode === undefined ? undefined : `the request was rejected with error ${errorCode}`;
  return { kind: "rejected", code, reason };
}

/** Bodies are not quoted here: they may hold licences, contract numbers and addresses. */
function withoutEnvelope(raw: RawReply, terms: Terms): ReplyFailure | undefined {
  const { status, text } = raw;
  if (status === 404 || status === 410) return noSuchPath(raw);
  const cutShort = /^\s*[{[]/.test(text);
  if (status >= 200 && status < 300 && !cutShort) return noEnvelope(raw, terms);
  if (!cutShort) return undefined;
  if (status >= 500) return { kind: "server", status, transient: true, ambiguous: terms.write };
  // What came of the request is as unknown as if nothing had come back.
  const reason = "the answer is not valid JSON, perhaps it was cut short";
  return { kind: "not-json", status, reason, transient: true, ambiguous: terms.write };
}

function noEnvelope({ status }: RawReply, { write }: Terms): ReplyFailure {
  const reason = "the answer is not one of FortiCare's: it says neither success nor failure";
  return { kind: "not-json", status, reason, ambiguous: write, hint: addressHint };
}

function noSuchPath({ status }: RawReply): ReplyFailure {
  return { kind: "rejected", status, reason: "there is no such path", hint: addressHint };
}

const addressHint = "Check forticareUrl, HTTPS_PROXY and NO_PROXY.";
