import { matchesPath } from "./http";

/** One request that reached a simulated service. Secrets are replaced by `[redacted]`. */
export interface RequestEntry {
  /** 1 for the first request since the start. */
  readonly id: number;
  readonly service: string;
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** Path relative to the service's base path. */
  readonly relativePath: string;
  /** Template of the route, such as `/v2/devices/{deviceSN}`; absent for an unknown route. */
  readonly route?: string;
  readonly query: Record<string, string>;
  /** Parsed JSON, or the text when it isn't JSON; absent when empty. */
  readonly body?: unknown;
  /** Arrival, in milliseconds since the epoch of the simulated clock. */
  readonly at: number;
  /** Account of the caller, once known. */
  account?: string;
  /** Status that was sent; 0 while there is none, and for ever when the connection was cut or the reply lost. */
  status: number;
  /** Whether the service carried the request out with success, whatever the caller was told. */
  applied: boolean;
  /** Real time from arrival to reply, in milliseconds. */
  durationMs: number;
  /** Kind of the fault that decided the reply. */
  fault?: string;
}

/** Which requests to count; every given field must match. */
export interface RequestFilter {
  service?: string;
  method?: string;
  /** Path, route template, or regular expression. */
  path?: string | RegExp;
  account?: string;
  status?: number;
}

/** Every request since the start or the last `clear`, in order of arrival. */
export class RequestLog {
  readonly entries: RequestEntry[] = [];
  #lastId = 0;

  /** Adds an entry on arrival; the caller fills in the outcome. */
  open(entry: Omit<RequestEntry, "id" | "status" | "applied" | "durationMs">): RequestEntry {
    this.#lastId += 1;
    const opened: RequestEntry = {
      ...entry,
      id: this.#lastId,
      query: redact(entry.query) as Record<string, string>,
      body: redact(entry.body),
      status: 0,
      applied: false,
      durationMs: 0,
    };
    this.entries.push(opened);
    return opened;
  }

  filter(filter: RequestFilter = {}): RequestEntry[] {
    return this.entries.filter(
      (entry) =>
        (filter.service === undefined || entry.service === filter.service) &&
        (filter.method === undefined || entry.method === filter.method) &&
        (filter.account === undefined || entry.account === filter.account) &&
        (filter.status === undefined || entry.status === filter.status) &&
        (filter.path === undefined || matchesPath(filter.path, [entry.path, entry.relativePath, entry.route])),
    );
  }

  count(filter: RequestFilter = {}): number {
    return this.filter(filter).length;
  }

  clear(): void {
    this.entries.length = 0;
  }
}

const secretName = /password|passphrase|token|secret|authorization|cloudKey|registrationCode|two_factor|^-?psk$/i;
const redacted = "[redacted]";

/** Copies a value with every password and token replaced. */
export function redact(value: unknown): unknown {
  // A body that isn't JSON can hold a secret anywhere.
  if (typeof value === "string") return secretName.test(value) ? redacted : value;
  if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? item : redact(item)));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (secretName.test(name)) copy[name] = redacted;
    else copy[name] = typeof item === "string" ? item : redact(item);
  }
  return copy;
}
