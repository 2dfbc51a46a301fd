import { Budget, type BudgetUsage, sharedBudget } from "../http/budget";
import { systemClock } from "../http/clock";
import { isVendorError, VendorError } from "../http/errors";
import { budgetKey, commonHttpOptions, connectionOf } from "../http/options";
import { items } from "../http/paging";
import { Relay } from "../http/relay";
import { type Authorizer, HttpClient, type HttpRequest, type Reply } from "../http/request";
import { quote } from "../http/text";
import type { QueryValue } from "../http/url";
import { mistBaseUrl } from "./clouds";
import { DeviceStates } from "./device-states";
import { FirmwareVersions } from "./firmware-versions";
import { createInventory, type Inventory } from "./inventory";
import { createInventoryLanes, type InventoryLanes } from "./inventory-lanes";
import { accountKey, type MistOptions, type MistSurroundings } from "./options";
import { Pages, type Row } from "./pages";
import { createMistRedactor, secretsIn } from "./secrets";
import { type Organization, type Self, Whoami } from "./self";
import { createMistSession, type MistSession } from "./session";
import { MistStream } from "./stream";
import { Upgrades } from "./upgrades";
import { hintFor, judgeMist, system, wordsOf } from "./words";

export type { Changed, Claimed, DeviceNames, Inventory, InventoryChange } from "./inventory";
export type { InventoryLanes } from "./inventory-lanes";
export type { InventoryCause } from "./inventory-reply";
export type { MistOptions } from "./options";
export type { Row } from "./pages";
export type { Organization, Privilege, Self } from "./self";

/** How one call is made. Paths are below `/api/v1`; build them with `path`, so that parameters are encoded. */
export interface CallOptions {
  query?: Readonly<Record<string, QueryValue>>;
  signal?: AbortSignal;
  /** What is being done, as it follows "could not" in an error: "read site Berlin". */
  action?: string;
}

export interface WriteOptions<T> extends CallOptions {
  /** May be sent twice. Default: true, but for POST. */
  repeatable?: boolean;
  /** Looks whether an attempt whose outcome is unknown was applied after all, and answers with what the call would have. */
  look?: () => Promise<T | undefined>;
  /** Time for one attempt, in milliseconds. Default: as configured. */
  timeoutMs?: number;
  /** How many objects the call carries, for the trace. */
  batchSize?: number;
}

/**
 * Mist, for one account. All functions throw `VendorError`: "unauthorized" and "forbidden" say nothing about an object,
 * "not-found" is Mist's own word that it is gone, "rate-limited" names the time when it goes on. Bodies are what Mist
 * sends, undefined where it sends none.
 */
export interface Mist {
  /** `/api/v1` included. */
  readonly baseUrl: string;
  get(path: string, options?: CallOptions): Promise<unknown>;
  /** The same; undefined when Mist says that there is no such object. */
  find(path: string, options?: CallOptions): Promise<unknown>;
  /** All entries of a list, in whatever way it is paged. A page is fetched when its first entry is asked for. */
  list(path: string, options?: CallOptions): AsyncGenerator<Row, void, undefined>;
  /**
   * Not repeated unless it was certainly not applied. What nobody knows the outcome of fails with `ambiguous`, unless
   * `look` finds it.
   */
  post(path: string, body?: unknown, options?: WriteOptions<unknown>): Promise<unknown>;
  put(path: string, body: unknown, options?: WriteOptions<unknown>): Promise<unknown>;
  /** Deletes. Answers false when there was nothing to delete. */
  remove(path: string, options?: CallOptions): Promise<boolean>;
  /** Who calls, and with what privileges; asked once. With several tokens those of all are compared. */
  self(signal?: AbortSignal): Promise<Self>;
  /** The organizations that the caller may use, by id; asked once. */
  organizations(signal?: AbortSignal): Promise<ReadonlyMap<string, Organization>>;
  /**
   * The id of the organization that is named, else of the configured one, else of the only one that the caller may use.
   * Fails when there are several, which it lists by name, or when the privileges do not allow what is wanted there.
   */
  organization(named?: string, options?: { signal?: AbortSignal; write?: boolean }): Promise<string>;
  /** Many devices of an inventory at once. */
  inventory: Inventory;
  /** The same for resources that each have one device. */
  lanes: InventoryLanes;
  /** Upgrade jobs, the versions that they can name, and what devices run. */
  upgrades: Upgrades;
  versions: FirmwareVersions;
  states: DeviceStates;
  /** Tells of changes as they happen, where it can. */
  stream: MistStream;
  /** What Mist has counted in the hour, for each token in their order; each costs a call itself. */
  usage(signal?: AbortSignal): Promise<ApiUsage[]>;
  /** How much of the limits is used by our own count, for each token in their order. */
  budgets(): Promise<BudgetUsage[]>;
  /** Ends the session of a login with a password. */
  logout(signal?: AbortSignal): Promise<void>;
}

/** The calls of a token or user since the last full hour. */
export interface ApiUsage {
  requests: number;
  limit: number;
}

/** What is made of the calls. */
type FirmwareParts = "upgrades" | "versions" | "states" | "stream";

const hourMs = 3_600_000;
/** Mist takes its time to claim devices. */
const claimMs = 60_000;

/** A client for Mist. Sends nothing before its first call. */
export function createMist(options: MistOptions & MistSurroundings): Mist {
  const redactor = options.redactor ?? createMistRedactor();
  const baseUrl = mistBaseUrl(options.baseUrl);
  if (!baseUrl) throw new Error(`${options.baseUrl} is no address that Mist could have`);
  const clock = options.clock ?? systemClock;
  const { apiTokens = [], maxRetryAfterSeconds = 300 } = options;
  const session = apiTokens.length === 0 ? createMistSession({ ...options, redactor, baseUrl }) : undefined;
  const identities = session ? [sessionIdentity(session, options)] : apiTokens.map(tokenIdentity);
  const budgetsOf = identities.map(({ account }) => options.budget ?? budgetOf(options, baseUrl, account));
  const clients = identities.map(
    ({ authorizer }, index) =>
      new HttpClient({
        ...commonHttpOptions(options),
        redactor,
        system,
        baseUrl,
        authorizer,
        budget: budgetsOf[index],
        maxPauseMs: maxRetryAfterSeconds * 1_000,
        wordsOf,
        hintFor,
      }),
  );
  for (const token of apiTokens) redactor.secret(token);
  const relay = new Relay(clients as [HttpClient, ...HttpClient[]]);

  function judged<T>(request: HttpRequest<T>): HttpRequest<T> {
    const write = request.method !== "GET";
    // Mist may repeat in an error what it was sent.
    for (const secret of secretsIn(request.json)) redactor.secret(secret);
    const judge = judgeMist({ redactor, write, session: session !== undefined, now: () => clock.now() });
    return { ...request, judge: (raw) => request.judge?.(raw) ?? judge(raw) };
  }

  const send = <T>(request: HttpRequest<T>): Promise<T> => relay.send(judged(request));

  /** One call as each of the tokens. */
  function asEach(path: string, call: CallOptions): Promise<unknown[]> {
    const request = { ...call, method: "GET", path, read: (reply: Reply) => reply.json() } as const;
    return Promise.all(clients.map((client) => client.send(judged<unknown>(request))));
  }

  function write(method: "POST" | "PUT" | "DELETE", path: string, json: unknown, call: WriteOptions<unknown> = {}) {
    const { look, ...rest } = call;
    const beforeRepeat = async (failure: VendorError) => {
      const value = failure.ambiguous ? await look?.() : undefined;
      return value === undefined ? undefined : { value };
    };
    const read = (reply: Reply) => {
      const body = reply.json();
      const { error } = (body ?? {}) as { error?: unknown };
      if (typeof error === "string" && error !== "") {
        const said = quote(redactor.redact(error));
        options.onWarning?.(`Mist accepted ${method} ${redactor.redact(path)}, but speaks of an error: "${said}"`);
      }
      return body;
    };
    // What has been sent may have made something whose id only the answer tells.
    return send<unknown>({ ...rest, method, path, json, beforeRepeat, read, finishSent: true });
  }

  async function* list(path: string, { query, ...call }: CallOptions = {}): AsyncGenerator<Row, void, undefined> {
    const pages = new Pages(path, query, options.onWarning);
    const fetch = (cursor: string = pages.first) =>
      send({ ...call, method: "GET", path: cursor, read: (reply) => pages.read(reply, cursor) });
    try {
      yield* items(fetch);
    } catch (error) {
      if (isVendorError(error)) throw error;
      const reason = quote(redactor.redact((error as Error).message));
      throw new VendorError({ kind: "not-json", system, method: "GET", path, action: call.action, reason });
    }
  }

  const whoami = new Whoami({ list }, (call) => asEach("/self", call), options.orgId, options.onWarning);
  const claimTimeoutMs = Math.max(claimMs, (options.requestTimeoutSeconds ?? 0) * 1_000);
  const inventory = createInventory(send, list, redactor.secret, claimTimeoutMs);

  const mist: Omit<Mist, FirmwareParts> = {
    baseUrl,
    list,
    self: (signal) => whoami.self(signal),
    organizations: (signal) => whoami.organizations(signal),
    organization: (named, call) => whoami.organization(named, call),
    inventory,
    lanes: createInventoryLanes(inventory, options.clock),
    usage: async (signal) =>
      (await asEach("/self/usage", { signal, action: "read the usage of the API" })).map(usageFrom),
    get: (path, call) => send({ ...call, method: "GET", path, read: (reply) => reply.json() }),
    async find(path, call) {
      try {
        return await mist.get(path, call);
      } catch (error) {
        if (isVendorError(error, "not-found")) return undefined;
        throw error;
      }
    },
    post: (path, body, call) => write("POST", path, body, call),
    put: (path, body, call) => write("PUT", path, body, call),
    async remove(path, call) {
      try {
        await write("DELETE", path, undefined, call);
        return true;
      } catch (error) {
        // After an attempt whose outcome nobody knows it was this call that deleted it.
        if (isVendorError(error, "not-found")) return error.ambiguous;
        throw error;
      }
    },
    budgets: () => Promise.all(budgetsOf.map((budget) => budget.usage())),
    logout: async (signal) => session?.logout(signal),
  };
  return {
    ...mist,
    upgrades: new Upgrades(mist, clock),
    versions: new FirmwareVersions(mist),
    states: new DeviceStates(mist, clock),
    stream: new MistStream({
      baseUrl,
      authorizer: identities[0]?.authorizer,
      budget: budgetsOf[0],
      connection: connectionOf(options),
      redactor,
      onWarning: options.onWarning,
      trace: options.trace,
      clock,
    }),
  };
}

function usageFrom(body: unknown): ApiUsage {
  const { requests, request_limit: limit } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof requests !== "number" || typeof limit !== "number")
    throw new Error("Mist does not tell the usage of the API.");
  return { requests, limit };
}

/** Who calls, and whose limits count. */
interface Identity {
  authorizer: Authorizer;
  account: string;
}

function tokenIdentity(token: string, index: number, { length }: readonly string[]): Identity {
  const which = length === 1 ? "The API token" : `API token ${index + 1} of ${length}`;
  const hint =
    `${which} was not accepted: it may be of another cloud, or deleted, as Mist does with those that nobody uses for ` +
    "90 days. Check the token and the cloud.";
  const authorization = `Token ${token}`;
  return {
    authorizer: { authorize: async () => ({ authorization }), refused: () => false, hint },
    account: accountKey(token),
  };
}

function sessionIdentity(session: MistSession, { email = "" }: MistOptions): Identity {
  return { authorizer: session, account: accountKey(email.trim().toLowerCase()) };
}

function budgetOf(options: MistOptions & MistSurroundings, baseUrl: string, account: string): Budget {
  const limits = {
    windows: [{ counts: "calls" as const, limit: options.rateLimitPerHour ?? 5_000, perMs: hourMs, aligned: true }],
    maxConcurrency: options.maxConcurrency ?? 8,
  };
  // A budget that others share cannot run on this caller's own clock.
  if (options.clock) return new Budget({ ...limits, clock: options.clock });
  return sharedBudget(budgetKey(baseUrl, account), limits, options);
}
