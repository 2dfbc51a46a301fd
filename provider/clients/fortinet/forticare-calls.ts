import type { Budget } from "../http/budget";
import { type Clock, formatDuration } from "../http/clock";
import { isVendorError, VendorError } from "../http/errors";
import type { ReplyFailure } from "../http/reply";
import type { HttpClient, HttpRequest } from "../http/request";
import type { AlreadyDone } from "../http/retry";
import { quote } from "../http/text";
import { Turns } from "../http/turns";
import { errorsLeft, readReserve } from "./forticare-budget";
import { judgeBy, readEnvelope } from "./forticare-envelope";

/** Name of the service in errors. */
export const system = "FortiCare";

/** The body of an answer, without the token that FortiCare echoes. */
export type Body = Readonly<Record<string, unknown>>;

/** One call. All are POSTs. */
export interface ForticareCall<T> {
  path: string;
  json: Readonly<Record<string, unknown>>;
  /** As it follows "could not". */
  action: string;
  read: (body: Body) => T;
  /** How many objects the call carries. */
  batchSize?: number;
  signal?: AbortSignal;
}

export interface ForticareRead<T> extends ForticareCall<T> {
  /** What a business rule forbids fails as "not-found". */
  missing?: boolean;
}

export interface ForticareWrite<T> extends ForticareCall<T> {
  /** Looks what became of an attempt whose outcome is unknown; such an attempt is never repeated. */
  verify?: () => Promise<AlreadyDone<T> | undefined>;
  /** A failure that comes with results for each unit is to be read. */
  units?: boolean;
  /** How many errors the vendor counts for what was read. */
  errorsIn?: (result: T) => number;
  /** How many errors that may come to. Default 1. */
  mayFail?: number;
}

export interface CallsOptions {
  http: HttpClient;
  budget: Budget;
  clock: Clock;
  /** What "a minute" and "an hour" are in milliseconds. */
  minuteMs: number;
  hourMs: number;
  /** Time for one attempt of a write, in milliseconds. */
  writeTimeoutMs: number;
}

/** How calls are made: judged by their envelope, within the budget, and none any more once it is clear that all would fail. */
export class ForticareCalls {
  readonly clock: Clock;
  private readonly stop = new AbortController();
  private stopped: VendorError | undefined;
  private refusedUntil: number | undefined;
  // What is wrong with the credentials fails every call alike, and each would count as an error.
  private readonly reading = new Turns({ untilFirstSuccess: true });
  private readonly writing = new Turns({ untilFirstSuccess: true });

  constructor(private readonly options: CallsOptions) {
    this.clock = options.clock;
  }

  /** Makes a call that changes nothing. Throws `VendorError`. */
  read<T>(call: ForticareRead<T>): Promise<T> {
    const request = { ...this.request(call, { write: false, missing: call.missing }), repeatable: true };
    return this.send(this.reading, { ...request, errorReserve: readReserve }, call.signal);
  }

  /** Makes a call that changes something, once: see `verify`. Throws `VendorError`. */
  write<T>(call: ForticareWrite<T>): Promise<T> {
    const { verify, errorsIn, mayFail, units } = call;
    const request: HttpRequest<T> = {
      ...this.request(call, { write: true, units }),
      repeatable: false,
      beforeRepeat: verify && (async (failure) => (failure.ambiguous ? verify() : undefined)),
      finishSent: true,
      errorsIn,
      mayFail,
      errorReserve: 0,
      timeoutMs: this.options.writeTimeoutMs,
    };
    return this.send(this.writing, request, call.signal);
  }

  /** How many more errors writes may make before the budget stops them. */
  async errorsLeft(): Promise<number> {
    return errorsLeft(await this.options.budget.usage());
  }

  /** From here on none of these appears in an error or trace. */
  keepSecret(...values: readonly (string | undefined)[]): void {
    const { redactor } = this.options.http;
    for (const value of values) {
      redactor.secret(value?.trim());
      redactor.secret(value?.trim().toUpperCase());
    }
  }

  /** Words of FortiCare as an error may show them. */
  quote(words: string): string {
    return quote(this.options.http.redactor.redact(words));
  }

  private request<T>(
    call: ForticareCall<T>,
    terms: { write: boolean; units?: boolean; missing?: boolean },
  ): HttpRequest<T> {
    const { redactor } = this.options.http;
    const { path, json, action, batchSize, signal, read } = call;
    let refusals = 0;
    const throttled = (retryAfterMs: number | undefined) => this.throttled(retryAfterMs, refusals++);
    const judge = judgeBy({ ...terms, redactor, now: () => this.clock.now(), throttled });
    const bodyOf = (text: string) => readEnvelope(text)?.body ?? {};
    const { write } = terms;
    return {
      method: "POST",
      path,
      json,
      action,
      batchSize,
      signal,
      write,
      judge,
      read: ({ text }) => read(bodyOf(text)),
    };
  }

  private async send<T>(turns: Turns, request: HttpRequest<T>, signal: AbortSignal | undefined): Promise<T> {
    const { action = "" } = request;
    const ended = signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal;
    try {
      const result = await turns.run(() => this.options.http.send({ ...request, signal: ended }), ended);
      if (this.refusedUntil !== undefined && this.clock.now() >= this.refusedUntil) this.refusedUntil = undefined;
      return result;
    } catch (error) {
      const failure = isVendorError(error) ? error : undefined;
      if (failure && isFatal(failure)) this.stopFor(failure);
      if (this.stopped && !signal?.aborted && (!failure || failure.kind === "canceled")) {
        throw this.stopped.with({ action, notAttempted: true });
      }
      if (!failure) throw new VendorError({ kind: "canceled", system, action, notAttempted: true });
      // What has been sent is finished, so that what was canceled was not.
      throw failure.kind === "canceled" ? failure.with({ notAttempted: true }) : failure;
    }
  }

  /** All work fails from here on, also what waits for its turn or for the budget. What has been sent is finished. */
  private stopFor(failure: VendorError): void {
    this.stopped ??= failure;
    this.stop.abort();
  }

  /** The first refusal is waited out; a second in a row says that more than a minute is used up. */
  private throttled(retryAfterMs: number | undefined, refusals: number): ReplyFailure {
    const now = this.clock.now();
    const again = this.refusedUntil !== undefined && now >= this.refusedUntil;
    const waitMs = retryAfterMs ?? (again ? this.options.hourMs : this.options.minuteMs);
    this.refusedUntil = Math.max(this.refusedUntil ?? 0, now + waitMs);
    const transient = !again && refusals === 0;
    const when = new Date(now + waitMs).toISOString();
    const hint = `Nothing more is sent to it for ${formatDuration(waitMs)}, until ${when}. Run again then.`;
    return {
      kind: "rate-limited",
      code: "throttled",
      transient,
      retryAfterMs: waitMs,
      hint: transient ? undefined : hint,
    };
  }
}

/** What fails all calls alike; a login that was refused, too, since trying it again and again may lock the user out. */
function isFatal(failure: VendorError): boolean {
  const login = failure.system !== system && isVendorError(failure, "rejected", "not-found");
  return login || isVendorError(failure, "unauthorized", "forbidden");
}
