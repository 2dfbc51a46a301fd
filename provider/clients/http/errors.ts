/** What went wrong, independent of the vendor. */
export type VendorErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rejected"
  | "rate-limited"
  | "server"
  | "network"
  | "timeout"
  | "tls"
  | "not-json"
  | "canceled";

/** The facts a `VendorError` is made from. */
export interface VendorErrorDetails {
  kind: VendorErrorKind;
  /** Service as users know it, for example "FortiZTP". */
  system: string;
  /** HTTP method of the call that failed. */
  method?: string;
  /** Path of the call, without host and query. */
  path?: string;
  /** What was being done, as it follows "could not": "provision device FGT1". */
  action?: string;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** What failed in our words; a sentence by `kind` and `status` if absent. */
  reason?: string;
  /** The vendor's own words, redacted and capped. */
  vendorMessage?: string;
  /** Machine-readable cause: "ECONNRESET", or what the vendor's words mean, for example "already-registered". */
  code?: string;
  /** The request may have been applied although it failed. */
  ambiguous?: boolean;
  /** The same request may succeed if it is sent again later. */
  transient?: boolean;
  /** Certainly nothing came of it: something that was known before stopped it. */
  notAttempted?: boolean;
  /** How long the vendor asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** What the user can do next, as full sentences. */
  hint?: string;
}

/**
 * A call to a vendor that failed. Its message is for users: what failed, on what, in the vendor's own words, and what to
 * do next. It never holds a secret or a whole body.
 */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly kind: VendorErrorKind;
  readonly system: string;
  readonly method?: string;
  readonly path?: string;
  readonly action?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly vendorMessage?: string;
  readonly code?: string;
  readonly ambiguous: boolean;
  readonly transient: boolean;
  readonly notAttempted: boolean;
  readonly retryAfterMs?: number;
  readonly hint?: string;

  constructor(details: VendorErrorDetails) {
    super(sentence(details));
    this.kind = details.kind;
    this.system = details.system;
    this.method = details.method;
    this.path = details.path;
    this.action = details.action;
    this.status = details.status;
    this.reason = details.reason;
    this.vendorMessage = details.vendorMessage;
    this.code = details.code;
    this.ambiguous = details.ambiguous ?? false;
    this.transient = details.transient ?? false;
    this.notAttempted = (details.notAttempted ?? false) && !this.ambiguous;
    this.retryAfterMs = details.retryAfterMs;
    this.hint = details.hint;
  }

  /** The same failure with some facts replaced; the message follows. */
  with(changes: Partial<VendorErrorDetails>): VendorError {
    return new VendorError({ ...this.details(), ...changes });
  }

  private details(): VendorErrorDetails {
    const { kind, system, method, path, action, status, reason, vendorMessage, code } = this;
    const { ambiguous, transient, notAttempted, retryAfterMs, hint } = this;
    return {
      kind,
      system,
      method,
      path,
      action,
      status,
      reason,
      vendorMessage,
      code,
      ambiguous,
      transient,
      notAttempted,
      retryAfterMs,
      hint,
    };
  }
}

/** True for a `VendorError`, of one of `kinds` if any are given. */
export function isVendorError(error: unknown, ...kinds: VendorErrorKind[]): error is VendorError {
  return error instanceof VendorError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** The kind that an HTTP error status stands for. */
export function kindOfStatus(status: number): VendorErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 408) return "timeout";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "server" : "rejected";
}

const reasons: Record<VendorErrorKind, string> = {
  unauthorized: "the login was not accepted",
  forbidden: "access was denied",
  "not-found": "it was not found",
  rejected: "the request was rejected",
  "rate-limited": "the call limit is used up",
  server: "the service failed",
  network: "the service could not be reached",
  timeout: "no answer came in time",
  tls: "the secure connection could not be made",
  "not-json": "the answer could not be understood",
  canceled: "it was canceled",
};

function sentence(details: VendorErrorDetails): string {
  const subject = details.action
    ? `${details.system} could not ${details.action}`
    : [details.system, details.method, details.path].filter(Boolean).join(" ");
  const status = details.status === undefined ? "" : ` (HTTP ${details.status})`;
  const words = details.vendorMessage ? `: "${details.vendorMessage.replace(/\.$/, "")}"` : "";
  const doubt = details.ambiguous ? " The change may have been applied all the same." : "";
  const hint = details.hint ? ` ${details.hint}` : "";
  return `${subject}: ${details.reason ?? reasons[details.kind]}${status}${words}.${doubt}${hint}`;
}
