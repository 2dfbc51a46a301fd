import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../http/clock";
import { isVendorError, VendorError } from "../http/errors";
import type { Redactor } from "../http/redact";
import type { HttpClient, HttpRequest, Reply } from "../http/request";
import type { ServerClock } from "./server-clock";
import type { Dialect } from "./types";
import { judgeHwAutomation, system } from "./words";

/** What is done, of which a call or several are a part. */
export interface Operation {
  /** As it follows "could not" in an error: "start a workflow for server-001". */
  action: string;
  signal?: AbortSignal;
  /** By it the service's log tells which calls belong together. */
  correlationId: string;
}

export function operation(action: string, signal?: AbortSignal): Operation {
  return { action, signal, correlationId: randomUUID() };
}

/** What a write has besides its body. */
export interface PostTerms<T> extends Pick<HttpRequest<T>, "beforeRepeat" | "repeatable" | "finishSent" | "timeoutMs"> {
  /** Whether a body of a refusal tells what came of the call, so that it is to be read all the same. */
  isResult?: (body: unknown) => boolean;
  /** A 500 is the service's last word: it will say the same again. */
  failsForGood?: boolean;
  batchSize?: number;
}

/** The calls to one service: each belongs to an operation, and teaches the service's clock. */
export class Calls {
  readonly clock: Clock;
  /** What the service is found to be. */
  dialect: Dialect | undefined;

  constructor(
    private readonly http: HttpClient,
    readonly redactor: Redactor,
    readonly serverClock: ServerClock,
    clock: Clock | undefined,
  ) {
    this.clock = clock ?? systemClock;
  }

  get<T>(path: string, read: (body: unknown) => T, operation: Operation): Promise<T> {
    return this.send({ method: "GET", path, read: (reply) => read(reply.json()) }, operation);
  }

  /** The same; undefined on the service's own word that there is no such object. */
  async find<T>(path: string, read: (body: unknown) => T, operation: Operation): Promise<T | undefined> {
    try {
      return await this.get(path, read, operation);
    } catch (error) {
      if (isVendorError(error, "not-found")) return undefined;
      throw error;
    }
  }

  /** Not repeated unless it was certainly not applied. */
  post<T>(path: string, json: object, read: (reply: Reply) => T, operation: Operation, terms: PostTerms<T> = {}) {
    return this.send<T>({ method: "POST", path, json, read, ...terms }, operation);
  }

  /** May be repeated: what is written is the same each time. */
  put(path: string, json: object, operation: Operation): Promise<void> {
    return this.send<void>({ method: "PUT", path, json, read: () => {} }, operation);
  }

  /** Refuses what the service cannot do, before any call. */
  refuse(reason: string, { action }: Operation): never {
    throw new VendorError({ kind: "rejected", system, action, reason: sentence(reason), code: "unsupported" });
  }

  private send<T>(request: HttpRequest<T> & PostTerms<T>, { action, signal, correlationId }: Operation): Promise<T> {
    const { isResult, failsForGood, ...call } = request;
    const judge = judgeHwAutomation({
      redactor: this.redactor,
      write: request.method !== "GET",
      now: () => this.clock.now(),
      dialect: () => this.dialect,
      isResult,
      failsForGood,
    });
    return this.http.send({
      ...call,
      action,
      signal,
      headers: { "x-correlation-id": correlationId },
      judge: (raw) => {
        this.serverClock.heard(raw.headers.date, this.clock.now());
        return judge(raw);
      },
    });
  }
}

/** An error adds the full stop itself. */
function sentence(reason: string): string {
  return reason.replace(/\.$/, "");
}
