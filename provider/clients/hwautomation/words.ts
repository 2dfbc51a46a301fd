import type { VendorError } from "../http/errors";
import { createRedactor, type Redactor } from "../http/redact";
import { type Judge, judgeReply, type ReplyFailure } from "../http/reply";
import { isHtml, wordsOfJson } from "../http/text";
import type { Dialect } from "./types";
import { isFields, payloadOf } from "./wire";

/** Name of the service in errors. */
export const system = "HWAutomation";

/** Takes secrets out of what people will see: also the credentials of MaaS and of BMCs, which a service may echo. */
export function createHwAutomationRedactor(): Redactor {
  return createRedactor("credentials?|consumer_key|maas_key|ipmi_user\\w*");
}

/** What the service says in the body of an error: `error` as a text, or with message and details. */
export function wordsOf(body: unknown): string | undefined {
  if (!isFields(body)) return undefined;
  const { error } = body;
  if (!isFields(error)) return wordsOfJson(body);
  const message = wordsOfJson(error) ?? (typeof error.type === "string" ? error.type : undefined);
  const details = detailsOf(error.details, message ?? "");
  return message && details ? `${message} (${details})` : (message ?? details);
}

/** What details add to a message. As JSON, in which secrets are known by their names. */
function detailsOf(details: unknown, message: string): string | undefined {
  if (typeof details === "string") return details.trim() === "" || message.includes(details) ? undefined : details;
  if (Array.isArray(details)) return details.length > 0 ? JSON.stringify(details) : undefined;
  if (!isFields(details)) return undefined;
  const news = Object.entries(details).filter(([, value]) => typeof value !== "string" || !message.includes(value));
  return news.length > 0 ? JSON.stringify(Object.fromEntries(news)) : undefined;
}

/** What the user can do about a failure. */
export function hintFor(failure: VendorError): string | undefined {
  switch (failure.kind) {
    case "unauthorized":
      return "It asks for credentials: set username and password, or token, in its configuration.";
    case "forbidden":
      return "Its user may not do this. Use another one, or have it allowed.";
    default:
      return undefined;
  }
}

/** What a judgement depends on. */
export interface JudgeTerms {
  redactor: Redactor;
  write: boolean;
  now: () => number;
  /** The dialect, where it is known. */
  dialect: () => Dialect | undefined;
  /** Whether a body of a refusal tells what came of the call, so that it is to be read all the same. */
  isResult?: (body: unknown) => boolean;
  /** A 500 is the service's last word: it will say the same again. */
  failsForGood?: boolean;
}

/** How answers are judged: as those of any service, but for what only this one does. */
export function judgeHwAutomation(terms: JudgeTerms): Judge {
  const { redactor, write } = terms;
  return (raw) => {
    const failure = judgeReply(raw, { system, write, wordsOf, redactor, now: terms.now() });
    if (terms.isResult && raw.status < 500 && terms.isResult(payloadOf(parsed(raw.text)))) return "read";
    if (!failure) return admitted(raw.text, raw.status, redactor);
    if (raw.status === 500 && terms.failsForGood) return { ...failure, transient: false, ambiguous: false };
    if (raw.status !== 404 && raw.status !== 405) return failure;
    if (isHtml(raw.headers["content-type"], raw.text)) return noEndpoint(failure, terms.dialect());
    // What is gone only the service itself may say, in an error of its own.
    if (failure.kind === "not-found" && !saysError(raw.text)) {
      const reason = "the answer is not one of the service, perhaps of a proxy";
      return { ...failure, kind: "not-json", reason };
    }
    return failure;
  };
}

/** A failure that comes with a status of success. */
function admitted(text: string, status: number, redactor: Redactor): ReplyFailure | undefined {
  if (!/"success"\s*:\s*false/.test(text)) return undefined;
  const body = parsed(text);
  if (!isFields(body) || body.success !== false) return undefined;
  const words = wordsOf(body);
  return { kind: "rejected", status, vendorMessage: words && redactor.redact(words) };
}

function noEndpoint(failure: ReplyFailure, dialect: Dialect | undefined): ReplyFailure {
  const reason = `this server does not have the endpoint${dialect ? ` (dialect ${dialect})` : ""}`;
  const hint =
    "Check baseUrl, and whether profile says what the service is: doc is the API of its reference, shipped the application " +
    "as it is, auto finds out.";
  return { ...failure, kind: "not-json", reason, hint };
}

function saysError(text: string): boolean {
  const body = parsed(text);
  return isFields(body) && (body.success === false || (body.error !== undefined && body.error !== null));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
