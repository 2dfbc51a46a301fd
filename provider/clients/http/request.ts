import { type Budget, BudgetExhausted, type Permit } from "./budget";
import type { Authorizer, Credentials, HttpRequest } from "./call";
import { type Clock, formatDuration, systemClock } from "./clock";
import type { ConnectionOptions } from "./connection";
import { isVendorError, VendorError, type VendorErrorDetails } from "./errors";
import { LedgerUnavailable } from "./ledger";
import { createRedactor, type Redactor } from "./redact";
import { judgeReply, parseJson, type Reply } from "./reply";
import { type RetryPolicy, retry } from "./retry";
import { quote } from "./text";
import { attempts, createAuditLog, createTrace, type Trace, type TraceEntry } from "./trace";
import { exchange, type RawReply, TransportFailure } from "./transport";
import { joinUrl } from "./url";

export type { Authorizer, Credentials, HttpRequest } from "./call";
export type { Reply } from "./reply";

/** A wait that a user may want to see. */
export interface WaitNotice {
  reason: "budget" | "retry";
  /** Milliseconds, at least. */
  ms: number;
  /** For example "waiting 12 s for the call budget". */
  text: string;
}

/** Everything about a service that its calls have in common. */
export interface HttpClientOptions {
  /** Name in errors, for example "FortiZTP". */
  system: string;
  /** Its path is kept. */
  baseUrl: string;
  headers?: Readonly<Record<string, string>>;
  authorizer?: Authorizer;
  budget?: Budget;
  /** Longest wait for the budget, in milliseconds. Default: no limit. */
  maxBudgetWaitMs?: number;
  /** The same for a pause that the vendor asked for. Default: as `maxBudgetWaitMs`. */
  maxPauseMs?: number;
  connection?: ConnectionOptions;
  /** Time for one attempt, in milliseconds. Default 60,000. */
  requestTimeoutMs?: number;
  retry?: Partial<RetryPolicy>;
  /** The vendor's own words in a JSON error body. Default: error_description, error, message or detail. */
  wordsOf?: (body: unknown) => string | undefined;
  /** What the user can do about a failure, in full sentences. */
  hintFor?: (failure: VendorError) => string | undefined;
  onWait?: (wait: WaitNotice) => void;
  redactor?: Redactor;
  /** Default: as `ZTP_TRACE` says. */
  trace?: Trace;
  /** A file that gets a line for every attempt of every write, and "stderr" as well. Default: none. */
  auditLogPath?: string;
  /** Follows our own name in the User-Agent header. */
  userAgentSuffix?: string;
  clock?: Clock;
  /** A number in [0, 1), for the jitter of retries. */
  random?: () => number;
}

const isWrite = ({ write, method }: Pick<HttpRequest<unknown>, "write" | "method">) => write ?? method !== "GET";
const safeToRepeat: ReadonlySet<string> = new Set(["GET", "PUT", "DELETE"]);

/** Makes calls to one service: authorised, within budget, retried, traced, and failing only with `VendorError`. */
export class HttpClient {
  readonly redactor: Redactor;
  private readonly clock: Clock;
  private readonly trace: Trace | undefined;
  private readonly auditLog: Trace | undefined;

  constructor(private readonly options: HttpClientOptions) {
    this.redactor = options.redactor ?? createRedactor();
    this.clock = options.clock ?? systemClock;
    this.trace = options.trace ?? createTrace(this.redactor);
    this.auditLog = createAuditLog(this.redactor, options.auditLogPath);
  }

  /** Makes the call and answers with what `read` makes of the reply. Throws `VendorError`. */
  async send<T>(request: HttpRequest<T>): Promise<T> {
    const login = { renewed: false };
    try {
      return await retry((number) => this.attempt(request, number, login), {
        repeatable: request.repeatable ?? safeToRepeat.has(request.method),
        policy: this.options.retry,
        signal: request.signal,
        clock: this.clock,
        random: this.options.random,
        beforeRepeat: request.beforeRepeat,
        onWait: (ms, failure) => this.notify("retry", ms, `${failure.message} Trying again in ${formatDuration(ms)}.`),
      });
    } catch (error) {
      throw this.failure(request, error);
    }
  }

  private async attempt<T>(request: HttpRequest<T>, number: number, login: { renewed: boolean }): Promise<T> {
    const { authorizer } = this.options;
    for (;;) {
      const credentials = await this.authorize(request.signal);
      try {
        return await this.once(request, number, credentials);
      } catch (error) {
        const renewable = isVendorError(error, "unauthorized") && credentials !== undefined && !login.renewed;
        if (!renewable || !authorizer?.refused(credentials)) throw error;
        login.renewed = true;
      }
    }
  }

  /** A login repeats what is worth repeating itself, so that its failure is final for the call. */
  private async authorize(signal: AbortSignal | undefined): Promise<Credentials | undefined> {
    try {
      return await this.options.authorizer?.authorize(signal);
    } catch (error) {
      throw isVendorError(error) ? error.with({ transient: false }) : error;
    }
  }

  /** One exchange: takes a permit, sends, judges, records and traces. */
  private async once<T>(request: HttpRequest<T>, number: number, credentials: Credentials | undefined): Promise<T> {
    const permit = await this.permit(request);
    const time = this.clock.now();
    const record = (outcome: number | string) => {
      if (!this.trace && !this.auditLog && !attempts.hasSubscribers) return;
      const { method, batchSize, action } = request;
      const ms = this.clock.now() - time;
      const call = { time, system: this.options.system, method, path: this.pathOf(request), outcome, ms };
      const entry: TraceEntry = { ...call, attempt: number, batchSize, action };
      this.trace?.(entry);
      if (isWrite(request)) this.auditLog?.(entry);
      attempts.publish(entry);
    };
    try {
      const reply = await this.exchange(request, credentials);
      record(reply.status);
      if (credentials) this.options.authorizer?.answered?.(credentials, reply);
      const result = request.read(this.accept(request, reply));
      const errors = request.errorsIn?.(result) ?? 0;
      if (errors > 0) permit?.failed(errors);
      else permit?.succeeded();
      return result;
    } catch (error) {
      const failure = this.failure(request, error);
      if (failure.status === undefined) record(failure.kind);
      const uncounted = failure.kind === "canceled" || (error instanceof TransportFailure && !error.sent);
      if (uncounted) permit?.succeeded();
      else permit?.failed();
      if (failure.retryAfterMs !== undefined) this.options.budget?.pauseUntil(this.clock.now() + failure.retryAfterMs);
      const isLast = request.patient === false && failure.kind === "rate-limited";
      throw isLast ? failure.with({ transient: false }) : failure;
    }
  }

  private async permit<T>(request: HttpRequest<T>): Promise<Permit | undefined> {
    const { maxBudgetWaitMs, maxPauseMs } = this.options;
    return this.options.budget?.take({
      signal: request.signal,
      ...(request.patient === false ? { maxWaitMs: 0 } : { maxWaitMs: maxBudgetWaitMs, maxPauseMs }),
      errorReserve: request.errorReserve,
      mayFail: request.mayFail,
      onWait: (ms, text) => this.notify("budget", ms, text),
    });
  }

  private exchange<T>(request: HttpRequest<T>, credentials: Credentials | undefined): Promise<RawReply> {
    const json = typeof request.json === "function" ? request.json() : request.json;
    const body = request.raw?.content ?? (json === undefined ? undefined : JSON.stringify(json));
    const contentType = request.raw?.contentType ?? (body === undefined ? undefined : "application/json");
    request.signal?.throwIfAborted();
    return exchange(
      {
        method: request.method,
        url: joinUrl(this.options.baseUrl, request.path, request.query),
        headers: {
          accept: "application/json",
          "user-agent": ["pulumi-ztp", this.options.userAgentSuffix].filter(Boolean).join(" "),
          ...this.options.headers,
          ...request.headers,
          ...(contentType && { "content-type": contentType }),
          ...credentials,
        },
        body,
        timeoutMs: request.timeoutMs ?? this.options.requestTimeoutMs ?? 60_000,
        signal: request.finishSent ? undefined : request.signal,
      },
      this.options.connection ?? {},
    );
  }

  /** The reply if it is a success; throws what it is otherwise. */
  private accept<T>(request: HttpRequest<T>, raw: RawReply): Reply {
    const { system, wordsOf } = this.options;
    const context = { system, wordsOf, redactor: this.redactor, write: isWrite(request), now: this.clock.now() };
    const judgement = request.judge?.(raw) ?? judgeReply(raw, context);
    if (judgement !== undefined && judgement !== "read") throw this.error(request, judgement);
    const fail = (reason: string) => {
      const vendorMessage = quote(this.redactor.redact(raw.text));
      const ambiguous = isWrite(request);
      return this.error(request, {
        kind: "not-json",
        status: raw.status,
        reason,
        vendorMessage,
        ambiguous,
        transient: true,
      });
    };
    return { ...raw, json: () => parseJson(raw.text, fail) };
  }

  /** Whatever was thrown, as a `VendorError` of this call. */
  private failure<T>(request: HttpRequest<T>, error: unknown): VendorError {
    if (isVendorError(error)) return error;
    if (error instanceof TransportFailure) {
      const { kind, code, hint } = error;
      const reason = kind === "canceled" ? canceledReason(request.signal) : error.reason;
      const ambiguous = error.sent && isWrite(request);
      const transient = kind === "network" || kind === "timeout";
      return this.error(request, { kind, reason, code, hint, ambiguous, transient });
    }
    if (error instanceof BudgetExhausted) {
      const when = new Date(error.availableAt).toISOString();
      const hint = `There is room again in ${formatDuration(error.waitMs)}, at ${when}.`;
      const { message: reason, code, waitMs: retryAfterMs } = error;
      return this.error(request, { kind: "rate-limited", reason, code, hint, retryAfterMs, notAttempted: true });
    }
    if (error instanceof LedgerUnavailable) return this.error(request, error.details);
    if (request.signal?.aborted) {
      return this.error(request, { kind: "canceled", reason: canceledReason(request.signal) });
    }
    const message = error instanceof Error ? error.message : String(error);
    const reason = `the answer is not what was expected: ${quote(this.redactor.redact(message))}`;
    return this.error(request, { kind: "not-json", reason, ambiguous: isWrite(request) });
  }

  private error<T>(request: HttpRequest<T>, details: Omit<VendorErrorDetails, "system">): VendorError {
    const { method } = request;
    const path = this.redactor.redact(this.pathOf(request));
    const action = request.action && this.redactor.redact(request.action);
    const failure = new VendorError({
      system: this.options.system,
      method,
      path,
      action,
      ...details,
    });
    const loginHint = failure.kind === "unauthorized" ? this.options.authorizer?.hint : undefined;
    const hints = [failure.hint, loginHint ?? this.options.hintFor?.(failure)].filter((hint) => hint !== undefined);
    return hints.length > 0 ? failure.with({ hint: hints.join(" ") }) : failure;
  }

  private pathOf<T>(request: HttpRequest<T>): string {
    const url = joinUrl(this.options.baseUrl, request.path);
    return URL.canParse(url) ? new URL(url).pathname : url;
  }

  private notify(reason: WaitNotice["reason"], ms: number, text: string): void {
    this.options.onWait?.({ reason, ms, text });
  }
}

/** Why the caller has given up, if it said so itself. */
function canceledReason(signal: AbortSignal | undefined): string | undefined {
  const reason: unknown = signal?.reason;
  return reason instanceof Error && !(reason instanceof DOMException) ? reason.message : undefined;
}
